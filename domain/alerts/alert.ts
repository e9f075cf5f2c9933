/** One action of one owner at one instant. Alert rules count these. */
export interface Activity {
  /** The sender's own id; an activity with a known id is not counted again. */
  readonly id: string;
  /** A rule counts only activities of its own metric. */
  readonly metric: string;
  /** A loyalty enrollment, or the hash of a subject. */
  readonly owner: string;
  /** Null where no store was involved. */
  readonly store: number | null;
  readonly quantity: number;
  readonly occurredAtMs: number;
}

/** When an owner's activities raise an alert. */
export interface AlertRule {
  readonly id: number;
  readonly metric: string;
  /** The count at which the rule raises an alert. */
  readonly quantity: number;
  readonly timePeriodMs: number;
  /** How long an alert suppresses further alerts of its rule and owner. */
  readonly suppressionMs: number;
  /** `all_stores` pools the selected stores, `one_store` counts within each. */
  readonly scope: 'all_stores' | 'one_store';
  /** The selected stores. An empty list selects all stores, and activities without a store. */
  readonly storeIds: readonly number[];
}

/**
 * The window that a rule counts for one activity: after `afterMs`, up to and including `untilMs`.
 */
export interface Window {
  readonly metric: string;
  readonly owner: string;
  readonly afterMs: number;
  readonly untilMs: number;
  /** Only activities in these stores; undefined when the store does not matter. */
  readonly stores: readonly number[] | undefined;
}
