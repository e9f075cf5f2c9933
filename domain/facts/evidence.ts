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
      'Points of the strongest AiFi suspicion: 30 (15 if only first six and last four digits ' +
        'match), halved every 30 days, 0 after 180 days.',
    ),
    aifiCount: number('AiFi suspicions in the last 180 days.'),
    aifiAgeDays: number('Age of the latest of those in whole days; 180 if there is none.'),
    aifiInStore24h: number(
      "AiFi suspicions of any shopper in the order's store in the last 24 hours; no other fact " +
        'counts them.',
    ),
    sparkflyAlerts30d: number(
      "Alerts on a linked account in the last 30 days, by Sparkfly and by Verdict's own rules in " +
        "Sparkfly's model.",
    ),
    disputes180d: number(
      'Chargebacks other than fraud on a shared subject in the last 180 days, from labels and ' +
        'from other sources; no default rule reads this fact.',
    ),
    frauds180d: number(
      'Fraud chargebacks, fraud reports and fraud refunds on a shared subject in the last 180 ' +
        'days, from sources other than labels of our own orders.',
    ),
    count180d: number('Reports on a subject of the order in the last 180 days, disputes excluded.'),
    strong180d: number(
      'Those reports that match by more than first six and last four digits of a card.',
    ),
    sources180d: number('Different sources of those reports.'),
    latestAgeDays: number(
      'Age of the latest of those reports in whole days; 180 if there is none.',
    ),
    alerts180d: number('Alerts on a linked account in the last 180 days.'),
    alertAgeDays: number('Age of the latest of those alerts in whole days; 180 if there is none.'),
    alertsBySparkfly30d: number(
      'Alerts on a linked account in the last 30 days that Sparkfly raised.',
    ),
    alertsByVerdict30d: number(
      'Alerts on a linked account in the last 30 days that Verdict raised.',
    ),
    labels180d: number(
      'Orders with the same card, mailbox, account, device or place and a fraud label of the ' +
        'last 180 days, however old the order is.',
    ),
    labelAgeDays: number('Age of the latest of those labels in whole days; 180 if there is none.'),
    chargebacks180d: number(
      'Fraud chargebacks in the last 180 days, from labels and from other sources.',
    ),
    refunds180d: number('Fraud refunds in the last 180 days, from labels and from other sources.'),
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
