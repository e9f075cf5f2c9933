/** How much is offered, and for how long. */
export interface Plan {
  readonly warmUpSeconds: number;
  readonly callers: number;
  readonly capacitySeconds: number;
  /** Each a multiple of the capacity that was measured before. */
  readonly loads: readonly number[];
  readonly stormSeconds: number;
  /** How long calm is waited for after each storm. */
  readonly giveUpSeconds: number;
}

export const fullPlan: Plan = {
  ...{ warmUpSeconds: 20, callers: 16, capacitySeconds: 20 },
  ...{ loads: [1.2, 2, 4], stormSeconds: 20, giveUpSeconds: 60 },
};

/** The short form: long enough that a service that answers nobody is noticed. */
export const quickPlan: Plan = {
  ...{ warmUpSeconds: 5, callers: 16, capacitySeconds: 6 },
  ...{ loads: [2], stormSeconds: 8, giveUpSeconds: 60 },
};
