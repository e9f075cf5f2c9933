import type { Activity, AlertRule, Window } from './alert.js';

const storesOf = (rule: AlertRule, store: number | null): Window['stores'] => {
  if (rule.scope === 'one_store') return store === null ? [] : [store];
  return rule.storeIds.length === 0 ? undefined : rule.storeIds;
};

const isSelected = ({ scope, storeIds }: AlertRule, store: number | null): boolean =>
  store === null
    ? storeIds.length === 0 && scope === 'all_stores'
    : storeIds.length === 0 || storeIds.includes(store);

/**
 * What the arrival of an activity makes a rule count: the window that ends at the activity's own
 * `occurredAtMs`, with it, and no other. One that is exactly a time period old counts no more.
 * Undefined when the rule does not count the activity at all.
 */
export const windowOf = (rule: AlertRule, activity: Activity): Window | undefined =>
  rule.metric === activity.metric && isSelected(rule, activity.store)
    ? {
        metric: rule.metric,
        owner: activity.owner,
        afterMs: activity.occurredAtMs - rule.timePeriodMs,
        untilMs: activity.occurredAtMs,
        stores: storesOf(rule, activity.store),
      }
    : undefined;
