import type { RestPlan } from '../at-rest.js';

/** A rate, measured in rounds, each with one block of the floor and one of Verdict. */
export interface RatePlan {
  readonly perSecond: number;
  readonly rounds: number;
  readonly blockSeconds: number;
}

/** The loads, one after the other. */
export interface Plan {
  readonly warmUpSeconds: number;
  readonly rates: readonly RatePlan[];
  readonly callers: number;
  /** Rounds and blocks of the callers, as those of a rate. */
  readonly saturation: { readonly rounds: number; readonly blockSeconds: number };
  readonly duplicates: { readonly perSecond: number; readonly seconds: number };
  /** Statements are counted while orders come and while none comes, for this long each. */
  readonly statements: { readonly perSecond: number; readonly seconds: number };
  readonly rest: RestPlan;
}

/** The rate to which the goals apply. */
export const goalPerSecond = 10;

export const fullPlan: Plan = {
  warmUpSeconds: 10,
  rates: [
    { perSecond: goalPerSecond, rounds: 4, blockSeconds: 10 },
    { perSecond: 5, rounds: 1, blockSeconds: 10 },
    { perSecond: 20, rounds: 2, blockSeconds: 5 },
    { perSecond: 40, rounds: 1, blockSeconds: 5 },
  ],
  ...{ callers: 16, saturation: { rounds: 2, blockSeconds: 5 } },
  duplicates: { perSecond: 20, seconds: 6 },
  statements: { perSecond: 5, seconds: 6 },
  // For two minutes after a load, V8 gives memory back and pools close connections.
  rest: { settleSeconds: 130, seconds: 30 },
};

/** Proves that the benchmark runs, also on a slow machine; long enough for coarse ratios. */
export const quickPlan: Plan = {
  warmUpSeconds: 2,
  rates: [{ perSecond: goalPerSecond, rounds: 2, blockSeconds: 2 }],
  ...{ callers: 16, saturation: { rounds: 1, blockSeconds: 2 } },
  duplicates: { perSecond: 20, seconds: 1 },
  statements: { perSecond: 10, seconds: 2 },
  rest: { settleSeconds: 0, seconds: 1 },
};
