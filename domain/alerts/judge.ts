import type { Activity, AlertRule } from './alert.js';

/** An activity with the count of its window under a rule. */
export interface Measured {
  readonly rule: AlertRule;
  readonly activity: Activity;
  /** The sum of the quantities in the window, the activity's own included. */
  readonly quantity: number;
}

/** A stored alert. */
export interface StandingAlert {
  readonly id: number;
  readonly ruleId: number;
  readonly owner: string;
  readonly createdAtMs: number;
}

/** An alert to raise. */
export interface RaisedAlert {
  readonly ruleId: number;
  readonly owner: string;
  /** The store of the activity that triggered it. */
  readonly store: number | null;
  /** The measured quantity; it may exceed the rule's threshold. */
  readonly quantity: number;
  /** The time of the activity that triggered it. */
  readonly createdAtMs: number;
  readonly suppressedCount: number;
}

interface Judgement {
  readonly raised: readonly RaisedAlert[];
  /** How many further alerts were suppressed, by id of the stored alert. */
  readonly suppressed: ReadonlyMap<number, number>;
}

/** An alert while activities are judged; without an id it is not stored yet. */
interface Known {
  readonly id: number | undefined;
  readonly createdAtMs: number;
  readonly activity: Activity | undefined;
  readonly quantity: number;
  readonly ruleId: number;
  suppressedCount: number;
}

const keyOf = (ruleId: number, owner: string): string => `${ruleId}:${owner}`;

export const isReached = ({ rule, quantity }: Measured): boolean => quantity >= rule.quantity;

/**
 * The latest alert that suppresses at `atMs`: from the alert's own time on, for `suppressionMs`.
 */
const mutedBy = (known: readonly Known[], atMs: number, suppressionMs: number) =>
  known
    .filter(({ createdAtMs }) => createdAtMs <= atMs && atMs < createdAtMs + suppressionMs)
    .reduce<Known | undefined>(
      (latest, one) => (latest && latest.createdAtMs >= one.createdAtMs ? latest : one),
      undefined,
    );

const judgeOne = (known: Known[], { rule, activity, quantity }: Measured): void => {
  const { occurredAtMs: createdAtMs } = activity;
  const muting = mutedBy(known, createdAtMs, rule.suppressionMs);
  if (muting !== undefined) muting.suppressedCount += 1;
  else {
    const fresh = { id: undefined, createdAtMs, activity, quantity, ruleId: rule.id };
    known.push({ ...fresh, suppressedCount: 0 });
  }
};

const raisedOf = ({ ruleId, activity, quantity, suppressedCount }: Known): RaisedAlert[] =>
  activity === undefined
    ? []
    : [
        {
          ruleId,
          owner: activity.owner,
          store: activity.store,
          quantity,
          createdAtMs: activity.occurredAtMs,
          suppressedCount,
        },
      ];

/**
 * Judges activities in the order of their arrival. One that reaches its rule's threshold raises an
 * alert, or adds 1 to the alert that suppresses it. An alert suppresses its rule and owner in all
 * stores from its own time on, for the rule's current suppression. It does not suppress earlier
 * instants, so a late activity may raise an alert of its own.
 */
export const judgeArrivals = (
  arrivals: readonly Measured[],
  standing: readonly StandingAlert[],
): Judgement => {
  const byOwner = new Map<string, Known[]>();
  const knownOf = (ruleId: number, owner: string): Known[] => {
    const key = keyOf(ruleId, owner);
    const known = byOwner.get(key) ?? [];
    byOwner.set(key, known);
    return known;
  };
  for (const { id, ruleId, owner, createdAtMs } of standing) {
    const alert = { id, createdAtMs, ruleId, activity: undefined, quantity: 0 };
    knownOf(ruleId, owner).push({ ...alert, suppressedCount: 0 });
  }
  for (const arrival of arrivals) {
    if (isReached(arrival)) judgeOne(knownOf(arrival.rule.id, arrival.activity.owner), arrival);
  }
  const all = [...byOwner.values()].flat();
  return {
    raised: all.flatMap(raisedOf),
    suppressed: new Map(
      all.flatMap(({ id, suppressedCount }) =>
        id === undefined || suppressedCount === 0 ? [] : [[id, suppressedCount] as const],
      ),
    ),
  };
};
