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
 * The window that a rule counts for an activity. It ends at the activity's `occurredAtMs`,
 * inclusive; an activity exactly one period older is outside. Undefined when the rule ignores the
 * activity.
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
