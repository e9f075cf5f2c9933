import type { LoyaltyActivity, TakenActivities } from '../../contracts/sparkfly/activity.js';
import { advanceAlertClock, holdAlertRules } from '../../db/alert-clock.js';
import {
  type ArrivalWindow,
  insertActivities,
  lockAlertOwners,
  sumWindows,
} from '../../db/alert-counts.js';
import { addSuppressed, findExistingAlerts, insertAlerts } from '../../db/alert-events.js';
import type { AlertFamily } from '../../db/alert-rules.js';
import { type CountingRule, listCountingRules } from '../../db/counting-rules.js';
import { lockMembers } from '../../db/loyalty-members.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import type { Activity } from '../../domain/alerts/alert.js';
import {
  isReached,
  judgeArrivals,
  type Measured,
  type RaisedAlert,
} from '../../domain/alerts/judge.js';
import { windowOf } from '../../domain/alerts/window.js';
import type { Context } from '../context.js';
import { recordMemberAccounts } from './members.js';

/** How far clocks of stores and of Sparkfly may be ahead of ours. */
const clockSkewMaxMs = 5 * 60_000;

/** The latest instant that Verdict accepts at `now`, in milliseconds since 1970. */
export const latestAcceptedMs = (now: Date): number => now.getTime() + clockSkewMaxMs;

/** The result of recording activities. */
interface RecordedActivities {
  readonly accepted: number;
  /** Activities with a known id, also from the same call. */
  readonly duplicates: number;
  /** Ids of the raised alerts. */
  readonly raised: readonly number[];
}

/** A new activity with its arrival number. */
interface Arrival {
  readonly activity: Activity;
  readonly arrival: number;
}

/** The first activity of each id, in the given order. */
const firstOfEachId = (activities: readonly Activity[]): Activity[] => {
  const firsts = new Map<string, Activity>();
  for (const one of activities) if (!firsts.has(one.id)) firsts.set(one.id, one);
  return [...firsts.values()];
};

/**
 * Counts every arrival under every rule, in the order of arrival. Keeps only counts that reach the
 * rule's quantity.
 */
const measure = async (
  db: Queryable,
  rules: readonly CountingRule[],
  arrivals: readonly Arrival[],
): Promise<Measured[]> => {
  const pairs = arrivals.flatMap(({ activity, arrival }) =>
    rules.flatMap((rule) => {
      const window = windowOf(rule, activity);
      return window === undefined ? [] : [{ rule, activity, window: { ...window, arrival } }];
    }),
  );
  const windows: ArrivalWindow[] = pairs.map(({ window }) => window);
  const sums = await sumWindows(db, windows);
  return pairs
    .map(({ rule, activity }, index) => ({ rule, activity, quantity: sums[index] ?? 0 }))
    .filter(isReached);
};

/** The time spans in which an existing alert could suppress a reached count. */
const spansOf = (reached: readonly Measured[]) => {
  const spans = new Map<string, { ruleId: number; owner: string; after: Date; until: Date }>();
  for (const { rule, activity } of reached) {
    const key = `${rule.id}:${activity.owner}`;
    const until = new Date(activity.occurredAtMs);
    const after = new Date(activity.occurredAtMs - rule.suppressionMs);
    const known = spans.get(key) ?? { ruleId: rule.id, owner: activity.owner, after, until };
    if (after < known.after) known.after = after;
    if (until > known.until) known.until = until;
    spans.set(key, known);
  }
  return [...spans.values()];
};

const raise = async (
  db: Queryable,
  { family, rules, at }: { family: AlertFamily; rules: readonly CountingRule[]; at: Date },
  raised: readonly RaisedAlert[],
): Promise<number[]> => {
  if (raised.length === 0) return [];
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const last = await advanceAlertClock(db, raised.length);
  const alerts = raised.map((alert, index) => {
    const rule = byId.get(alert.ruleId);
    if (rule === undefined) throw new Error('an alert of a rule that was not counted');
    const { name: ruleName, metric, hasRecipients } = rule;
    const position = last - raised.length + 1 + index;
    return { ...alert, ruleName, metric, hasRecipients, position };
  });
  return insertAlerts(db, family, alerts, at);
};

/**
 * Records activities in the given order within the caller's database transaction, counts them under
 * their family's rules, and raises or suppresses alerts. Its locks on owners and rules last until
 * the transaction ends, so the caller does nothing slow afterwards.
 */
export const recordActivities = async (
  { db }: Context,
  family: AlertFamily,
  given: readonly Activity[],
): Promise<RecordedActivities> => {
  const activities = firstOfEachId(given);
  await holdAlertRules(db);
  const at = await lockAlertOwners(db, activities);
  const numbers = await insertActivities(db, family, activities, at);
  const arrivals = activities.flatMap((activity) => {
    const arrival = numbers.get(activity.id);
    return arrival === undefined ? [] : [{ activity, arrival }];
  });
  const metrics = [...new Set(arrivals.map(({ activity }) => activity.metric))];
  const rules = metrics.length === 0 ? [] : await listCountingRules(db, family, metrics);
  const reached = await measure(db, rules, arrivals);
  const existing = reached.length === 0 ? [] : await findExistingAlerts(db, spansOf(reached));
  const { raised, suppressed } = judgeArrivals(reached, existing);
  if (suppressed.size > 0) await addSuppressed(db, suppressed, at);
  return {
    accepted: arrivals.length,
    duplicates: given.length - arrivals.length,
    raised: await raise(db, { family, rules, at }, raised),
  };
};

/**
 * Counts Verdict's own events, such as a declined order, under its own rules, within the caller's
 * database transaction and best as its last step: locks last until its end. The metric comes from
 * `metricOf`, the owner is a subject's hash, and a repeat must have the same id.
 */
export const recordOwnActivities = async (
  { db }: Context,
  activities: readonly Activity[],
): Promise<RecordedActivities> => recordActivities({ db }, 'own', activities);

export type ActivitiesResult =
  | { readonly kind: 'taken'; readonly taken: TakenActivities }
  /** Indexes of activities too far in the future; nothing was written. */
  | { readonly kind: 'ahead'; readonly indexes: readonly number[] };

/**
 * Records activities of loyalty members, all or none, in the given order, and raises due alerts.
 * Activities with a known id are counted and otherwise ignored.
 */
export const recordLoyaltyActivities = async (
  context: Context<'vault' | 'now', Pool>,
  given: readonly LoyaltyActivity[],
): Promise<ActivitiesResult> => {
  const { now } = context;
  const latest = latestAcceptedMs(now);
  const indexes = given.flatMap(({ occurred_at: at }, index) =>
    at.getTime() > latest ? [index] : [],
  );
  if (indexes.length > 0) return { kind: 'ahead', indexes };
  const activities = given.map((one) => ({
    id: one.id,
    metric: one.metric_type,
    owner: String(one.loyalty_enrollment_id),
    store: one.store_id ?? null,
    quantity: one.quantity,
    occurredAtMs: one.occurred_at.getTime(),
  }));
  const members = given.map((one) => one.loyalty_enrollment_id);
  const taken = await inTransaction(context.db, async (db) => {
    await lockMembers(db, members);
    const { accepted, duplicates } = await recordActivities({ db }, 'loyalty', activities);
    await recordMemberAccounts({ db, vault: context.vault, now }, given);
    return { accepted, duplicates };
  });
  return { kind: 'taken', taken };
};
