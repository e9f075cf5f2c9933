/** The offered load and its duration. */
export interface Plan {
  readonly warmUpSeconds: number;
  readonly callers: number;
  readonly capacitySeconds: number;
  /** Loads as multiples of the measured capacity. */
  readonly loads: readonly number[];
  readonly stormSeconds: number;
  /** How long to wait for calm after each storm. */
  readonly giveUpSeconds: number;
}

export const fullPlan: Plan = {
  ...{ warmUpSeconds: 20, callers: 16, capacitySeconds: 20 },
  ...{ loads: [1.2, 2, 4], stormSeconds: 20, giveUpSeconds: 60 },
};

/** The short form, still long enough to detect a service that answers nobody. */
export const quickPlan: Plan = {
  ...{ warmUpSeconds: 2, callers: 16, capacitySeconds: 5 },
  ...{ loads: [2], stormSeconds: 8, giveUpSeconds: 60 },
};
