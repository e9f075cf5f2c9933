/** Orders at a fixed rate. */
export interface Load {
  readonly perSecond: number;
  readonly seconds: number;
}

/** The partners' faults, and the number of orders under each. */
export interface Plan {
  readonly warmUp: Load;
  readonly dead: Load;
  /** How long to watch the waiting orders after the partners have recovered. */
  readonly giveUpSeconds: number;
  readonly slow: Load;
  readonly straggler: Load;
}

export const fullPlan: Plan = {
  warmUp: { perSecond: 10, seconds: 10 },
  dead: { perSecond: 10, seconds: 20 },
  giveUpSeconds: 600,
  slow: { perSecond: 10, seconds: 10 },
  straggler: { perSecond: 5, seconds: 10 },
};

/** Proves that the benchmark runs, also on a slow machine. Its figures mean nothing else. */
export const quickPlan: Plan = {
  warmUp: { perSecond: 5, seconds: 1 },
  dead: { perSecond: 5, seconds: 8 },
  giveUpSeconds: 20,
  slow: { perSecond: 5, seconds: 2 },
  straggler: { perSecond: 2.5, seconds: 2 },
};
