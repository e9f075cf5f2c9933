import { type Evidence, isWeak, rootOf } from '../evidence.js';
import { defineFactsWith, number } from './fact-group.js';
import { dayMs } from '../utc-day.js';

/** The age at which evidence no longer counts. */
const goneMs = 180 * dayMs;
const halvedMs = 30 * dayMs;

/**
 * Points of a new suspicion. First six and last four digits weigh less, because strangers share
 * them.
 */
const aifiPoints = (subject: Evidence['subject']): number => (subject === 'card_digits' ? 15 : 30);

/** Never negative: a report from a clock that runs ahead is as old as the order. */
const ageOf = ({ occurredAtMs }: Evidence, atMs: number): number =>
  Math.max(0, atMs - occurredAtMs);

const youngerThan = (evidence: readonly Evidence[], atMs: number, ms: number): Evidence[] =>
  evidence.filter((one) => ageOf(one, atMs) < ms);

/** Counts each report once, also when it is linked by several subjects of the order. */
const countHappenings = (evidence: readonly Evidence[]): number =>
  new Set(evidence.map(({ kind, source, reference }) => `${kind} ${source} ${rootOf(reference)}`))
    .size;

/** Age of the latest report in whole days; 180 without any. */
const latestAgeDays = (evidence: readonly Evidence[], atMs: number): number =>
  Math.floor(Math.min(goneMs, ...evidence.map((one) => ageOf(one, atMs))) / dayMs);

const isOwnLabel = ({ source }: Evidence): boolean => source === 'label';

const isFraudElsewhere = (one: Evidence): boolean =>
  // `links.fraud180d` already counts labels of our own orders: one chargeback never counts twice.
  (one.kind === 'fraud' || one.kind === 'chargeback' || one.kind === 'refund') && !isOwnLabel(one);

const isAlert = ({ kind, subject }: Evidence): boolean =>
  kind === 'sparkfly_alert' && subject === 'account';

export const evidenceFacts = defineFactsWith(
  ['evidence'],
  {
    aifiPoints: number(
      'The weightiest AiFi suspicion: 30 points (15 by first six and last four digits alone), ' +
        'halved every 30 days, gone after 180.',
    ),
    aifiCount: number('AiFi suspicions in 180 days.'),
    aifiAgeDays: number('Age of the latest of them in whole days; 180 when there is none.'),
    aifiInStore24h: number(
      "AiFi suspicions in the order's store in 24 hours, of whomever; no other fact counts them.",
    ),
    sparkflyAlerts30d: number(
      'Alerts on a linked account in 30 days, by Sparkfly and by our own rules in its model.',
    ),
    disputes180d: number(
      'Chargebacks that are no fraud on a shared subject in 180 days, from labels and from ' +
        'elsewhere; no default rule reads it.',
    ),
    frauds180d: number(
      'Chargebacks, frauds and refunds as fraud on a shared subject in 180 days that are known ' +
        'from elsewhere than labels of our own orders.',
    ),
    count180d: number('Things told of a subject of the order in 180 days; disputes are none.'),
    strong180d: number('Those of them that are not known by first six and last four digits alone.'),
    sources180d: number('Different sources that told them.'),
    latestAgeDays: number('Age of the latest of them in whole days; 180 when there is none.'),
    alerts180d: number('Alerts on a linked account in 180 days.'),
    alertAgeDays: number('Age of the latest of them in whole days; 180 when there is none.'),
    alertsBySparkfly30d: number('Alerts on a linked account in 30 days that Sparkfly raised.'),
    alertsByVerdict30d: number('Alerts on a linked account in 30 days that Verdict raised.'),
    labels180d: number(
      'Orders that share a card, mailbox, account, device or place and whose label tells of ' +
        'fraud in the last 180 days, whenever they came.',
    ),
    labelAgeDays: number('Age of the latest of these labels in whole days; 180 when none.'),
    chargebacks180d: number('Chargebacks as fraud in 180 days, from labels and from elsewhere.'),
    refunds180d: number('Refunds as fraud in 180 days, from labels and from elsewhere.'),
  },
  ({ evidence, receivedAtMs: at }) => {
    const recent = youngerThan(evidence, at, goneMs).filter(({ subject }) => subject !== 'store');
    // A dispute accuses nobody; it counts only in the fact of disputes.
    const known = recent.filter(({ kind }) => kind !== 'dispute');
    const suspicions = known.filter(({ kind }) => kind === 'aifi_suspicion');
    const alerts = known.filter(isAlert);
    const recentAlerts = youngerThan(alerts, at, 30 * dayMs);
    const labels = known.filter(isOwnLabel);
    const points = suspicions.map(
      (one) => aifiPoints(one.subject) * 0.5 ** (ageOf(one, at) / halvedMs),
    );
    const countOf = (isWanted: (one: Evidence) => boolean): number =>
      countHappenings(known.filter(isWanted));
    const alertsBy = (source: string): number =>
      countHappenings(recentAlerts.filter((one) => one.source === source));
    return {
      aifiPoints: Math.round(Math.max(0, ...points)),
      aifiCount: countHappenings(suspicions),
      aifiAgeDays: latestAgeDays(suspicions, at),
      aifiInStore24h: countHappenings(
        youngerThan(evidence, at, dayMs).filter(({ subject }) => subject === 'store'),
      ),
      sparkflyAlerts30d: countHappenings(recentAlerts),
      disputes180d: countHappenings(recent.filter(({ kind }) => kind === 'dispute')),
      frauds180d: countOf(isFraudElsewhere),
      count180d: countHappenings(known),
      strong180d: countOf(({ subject }) => !isWeak(subject)),
      sources180d: new Set(known.map(({ source }) => source)).size,
      latestAgeDays: latestAgeDays(known, at),
      alerts180d: countHappenings(alerts),
      alertAgeDays: latestAgeDays(alerts, at),
      alertsBySparkfly30d: alertsBy('sparkfly'),
      alertsByVerdict30d: alertsBy('verdict'),
      labels180d: countHappenings(labels),
      labelAgeDays: latestAgeDays(labels, at),
      chargebacks180d: countOf(({ kind }) => kind === 'chargeback'),
      refunds180d: countOf(({ kind }) => kind === 'refund'),
    };
  },
);
