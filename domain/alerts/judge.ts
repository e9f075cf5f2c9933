import type { Activity, AlertRule } from './alert.js';

/** An arrival whose window a rule has counted. */
export interface Measured {
  readonly rule: AlertRule;
  readonly activity: Activity;
  /** The sum of the quantities in the window, the activity's own among them. */
  readonly quantity: number;
}

/** An alert that was raised before, and is known by `id`. */
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
  /** What was measured, which may be more than the rule's threshold. */
  readonly quantity: number;
  /** When the activity that triggered it happened. */
  readonly createdAtMs: number;
  readonly suppressedCount: number;
}

interface Judgement {
  readonly raised: readonly RaisedAlert[];
  /** By id of a standing alert: how many more were suppressed. */
  readonly suppressed: ReadonlyMap<number, number>;
}

/** One alert while arrivals are judged; without an id it is still to be raised. */
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

/** The latest alert that mutes an instant: from its own on, and for the rule's suppression. */
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
 * What arrivals bring about, in the order in which they came. One that reaches its rule's threshold
 * raises an alert, or adds 1 to the one that mutes it: an alert mutes its rule and owner, whatever
 * the store, from its own instant on for the suppression that the rule has now. An instant before
 * it is not muted by it, so a late arrival may raise an alert of its own.
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
