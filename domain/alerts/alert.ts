/** Something that was done, by one owner, at one instant: what alert rules count. */
export interface Activity {
  /** The sender's own id: the same one again is not counted again. */
  readonly id: string;
  /** What is counted: rules count activities of their own metric only. */
  readonly metric: string;
  /** Whose it is: a loyalty enrollment, or a subject by its hash. */
  readonly owner: string;
  /** Null where no store took part. */
  readonly store: number | null;
  readonly quantity: number;
  readonly occurredAtMs: number;
}

/** When an owner's activities are worth an alert. */
export interface AlertRule {
  readonly id: number;
  readonly metric: string;
  /** An alert is due when the count reaches it. */
  readonly quantity: number;
  readonly timePeriodMs: number;
  /** How long an alert mutes its rule and owner. */
  readonly suppressionMs: number;
  /** `all_stores` pools the selected stores, `one_store` counts within each. */
  readonly scope: 'all_stores' | 'one_store';
  /** The selected stores; empty selects all, and activities without a store. */
  readonly storeIds: readonly number[];
}

/** What an arrival makes a rule count: after `afterMs`, up to and with `untilMs`. */
export interface Window {
  readonly metric: string;
  readonly owner: string;
  readonly afterMs: number;
  readonly untilMs: number;
  /** Only activities in these stores; undefined when the store does not matter. */
  readonly stores: readonly number[] | undefined;
}
