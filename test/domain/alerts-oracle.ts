import * as fc from 'fast-check';
import type { Activity, AlertRule } from '../../domain/alerts/alert.js';

/** An alert in the form in which the oracle and the tested engine are compared. */
export interface ReportedAlert {
  readonly ruleId: number;
  readonly owner: string;
  readonly store: number | null;
  readonly quantity: number;
  readonly createdAtMs: number;
  suppressedCount: number;
}

/** A slot identifies a rule: a rule that is deleted and created again gets another id. */
export type Step =
  | { readonly kind: 'arrive'; readonly activities: readonly Activity[] }
  | { readonly kind: 'put'; readonly slot: number; readonly rule: Omit<AlertRule, 'id'> }
  | { readonly kind: 'delete'; readonly slot: number };

/**
 * The rules of docs/alerts.md, as plainly as possible: it stores only what arrived and what was
 * raised, and searches all of it each time.
 */
export class Oracle {
  readonly #arrived: Activity[] = [];
  readonly alerts: ReportedAlert[] = [];

  /** Adds one activity; false when its id is known. */
  arrive(activity: Activity, rules: readonly AlertRule[]): boolean {
    if (this.#arrived.some(({ id }) => id === activity.id)) return false;
    this.#arrived.push(activity);
    for (const rule of rules) this.#apply(rule, activity);
    return true;
  }

  #apply(rule: AlertRule, activity: Activity): void {
    const isOfRule = (one: Activity) =>
      one.metric === rule.metric &&
      (rule.storeIds.length === 0 || (one.store !== null && rule.storeIds.includes(one.store)));
    if (!isOfRule(activity)) return;
    if (rule.scope === 'one_store' && activity.store === null) return;
    let measured = 0;
    for (const one of this.#arrived) {
      const age = activity.occurredAtMs - one.occurredAtMs;
      const isHere = rule.scope === 'all_stores' || one.store === activity.store;
      if (one.owner !== activity.owner || !isOfRule(one) || !isHere) continue;
      if (age >= 0 && age < rule.timePeriodMs) measured += one.quantity;
    }
    if (measured < rule.quantity) return;
    const muting = this.alerts
      .filter(({ ruleId, owner }) => ruleId === rule.id && owner === activity.owner)
      .filter(({ createdAtMs }) => {
        const age = activity.occurredAtMs - createdAtMs;
        return age >= 0 && age < rule.suppressionMs;
      })
      .toSorted((left, right) => right.createdAtMs - left.createdAtMs)[0];
    if (muting !== undefined) muting.suppressedCount += 1;
    else
      this.alerts.push({
        ...{ ruleId: rule.id, owner: activity.owner, store: activity.store, quantity: measured },
        ...{ createdAtMs: activity.occurredAtMs, suppressedCount: 0 },
      });
  }
}

/** Alerts in an order that does not depend on who reports them. */
export const sorted = (alerts: readonly ReportedAlert[]): ReportedAlert[] =>
  alerts
    .map(({ ruleId, owner, store, quantity, createdAtMs, suppressedCount }) => ({
      ...{ ruleId, owner, store, quantity, createdAtMs, suppressedCount },
    }))
    .toSorted((left, right) =>
      `${left.ruleId} ${left.owner} ${left.createdAtMs}` <
      `${right.ruleId} ${right.owner} ${right.createdAtMs}`
        ? -1
        : 1,
    );

const hourMs = 3_600_000;
export const startMs = Date.UTC(2026, 0, 1);

/**
 * Half hours and the instants just beside them, to hit the ends of windows and suppressions often.
 */
const instants = fc
  .tuple(fc.nat({ max: 16 }), fc.constantFrom(0, 0, 0, -1, 1))
  .map(([halfHours, beside]) => startMs + (halfHours * hourMs) / 2 + beside);

const metrics = fc.constantFrom(
  'loyalty_enrollment_points_earned',
  'loyalty_enrollment_transactions',
);

const activities: fc.Arbitrary<Activity> = fc.record({
  id: fc.nat({ max: 25 }).map((n) => `a${n}`),
  metric: metrics,
  owner: fc.constantFrom('1', '2'),
  store: fc.constantFrom(null, 1, 2, 3),
  quantity: fc.integer({ min: 1, max: 3 }),
  occurredAtMs: instants,
});

const rules: fc.Arbitrary<Omit<AlertRule, 'id'>> = fc
  .record({
    metric: metrics,
    quantity: fc.integer({ min: 1, max: 8 }),
    hours: fc.integer({ min: 1, max: 4 }),
    moreHours: fc.integer({ min: 0, max: 3 }),
    scope: fc.constantFrom('all_stores' as const, 'one_store' as const),
    storeIds: fc.constantFrom([], [], [1], [1, 3]),
  })
  .map(({ hours, moreHours, ...rule }) => ({
    ...rule,
    timePeriodMs: hours * hourMs,
    suppressionMs: (hours + moreHours) * hourMs,
  }));

const slots = fc.nat({ max: 2 });

/** A story: two rules, then arrivals alone and in batches, with edits and deletions between. */
export const stories: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.tuple(rules, rules),
    fc.array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.record({
            kind: fc.constant('arrive' as const),
            activities: fc.array(activities, { minLength: 1, maxLength: 5 }),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.record({ kind: fc.constant('put' as const), slot: slots, rule: rules }),
        },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), slot: slots }) },
      ),
      { minLength: 1, maxLength: 12 },
    ),
  )
  .map(([[one, two], steps]) => [
    { kind: 'put', slot: 0, rule: one },
    { kind: 'put', slot: 1, rule: two },
    ...steps,
  ]);
