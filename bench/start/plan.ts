import type { RestPlan } from '../at-rest.js';

/** The load after each start. */
export interface Plan {
  /** The fresh installation at rest. */
  readonly rest: RestPlan;
  readonly perSecond: number;
  /** Orders that count as the first ones. */
  readonly orders: number;
  /** Orders at the same rate until the installation is warm, and those that say how fast it is. */
  readonly warmUpOrders: number;
  readonly warmOrders: number;
}

export const fullPlan: Plan = {
  // A minute: collections of garbage come in bursts, which a shorter time catches or misses.
  rest: { settleSeconds: 10, seconds: 60 },
  ...{ perSecond: 10, orders: 60, warmUpOrders: 60, warmOrders: 100 },
};

/** Proves that the benchmark runs; long enough for coarse ratios. */
export const quickPlan: Plan = {
  rest: { settleSeconds: 0, seconds: 1 },
  ...{ perSecond: 10, orders: 20, warmUpOrders: 20, warmOrders: 20 },
};
