import type { Evidence } from '../evidence.js';
import { defineFactsWith, number } from './fact-group.js';

const dayMs = 86_400_000;

/** Evidence that is this old is gone: it is neither counted nor weighed. */
const goneMs = 180 * dayMs;
const halvedMs = 30 * dayMs;

/** Points of a suspicion on its day. First six and last four digits are shared by strangers. */
const aifiPoints = (subject: Evidence['subject']): number => (subject === 'card_digits' ? 15 : 30);

/** What a clock that runs ahead puts into the future is as old as the order. */
const ageOf = ({ occurredAtMs }: Evidence, atMs: number): number =>
  Math.max(0, atMs - occurredAtMs);

const youngerThan = (
  evidence: readonly Evidence[],
  atMs: number,
  ms: number,
  isWanted: (one: Evidence) => boolean,
): Evidence[] => evidence.filter((one) => isWanted(one) && ageOf(one, atMs) < ms);

/** One thing that happened may be known of several subjects of the order: it counts once. */
const countHappenings = (evidence: readonly Evidence[]): number =>
  new Set(evidence.map(({ kind, source, occurredAtMs }) => `${kind} ${source} ${occurredAtMs}`))
    .size;

const isDispute = ({ kind, source }: Evidence): boolean =>
  // Labels of our own orders are links.fraud180d already: one chargeback never counts twice.
  (kind === 'fraud' || kind === 'chargeback') && source !== 'label';

export const evidenceFacts = defineFactsWith(
  ['evidence'],
  {
    aifiPoints: number(
      'The weightiest AiFi suspicion: 30 points (15 by first six and last four digits alone), ' +
        'halved every 30 days, gone after 180.',
    ),
    aifiCount: number('AiFi suspicions in 180 days.'),
    aifiAgeDays: number('Age of the latest of them in whole days; 180 when there is none.'),
    sparkflyAlerts30d: number('Sparkfly alerts on a linked account in 30 days.'),
    disputes180d: number(
      'Chargebacks and frauds on a shared subject in 180 days that are known from elsewhere than ' +
        'labels of our own orders.',
    ),
  },
  ({ evidence, receivedAtMs: at }) => {
    const suspicions = youngerThan(evidence, at, goneMs, ({ kind }) => kind === 'aifi_suspicion');
    const alerts = youngerThan(
      evidence,
      at,
      30 * dayMs,
      ({ kind, subject }) => kind === 'sparkfly_alert' && subject === 'account',
    );
    const points = suspicions.map(
      (one) => aifiPoints(one.subject) * 0.5 ** (ageOf(one, at) / halvedMs),
    );
    return {
      aifiPoints: Math.round(Math.max(0, ...points)),
      aifiCount: countHappenings(suspicions),
      aifiAgeDays: Math.floor(Math.min(goneMs, ...suspicions.map((one) => ageOf(one, at))) / dayMs),
      sparkflyAlerts30d: countHappenings(alerts),
      disputes180d: countHappenings(youngerThan(evidence, at, goneMs, isDispute)),
    };
  },
);
