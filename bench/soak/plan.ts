/** The size of the soak. */
export interface Plan {
  /** Reviews that wait, each with its workflow. */
  readonly openReviews: number;
  /** Customers of these reviews; each has several. */
  readonly customers: number;
  /** Workflows whose start is under way at once. */
  readonly startsAtOnce: number;
  readonly warmUpSeconds: number;
  readonly callers: number;
  readonly capacitySeconds: number;
  /** The stream's rate as a share of the measured capacity. */
  readonly load: number;
  readonly minutes: number;
  readonly sampleEverySeconds: number;
  readonly verdictEverySeconds: number;
  /** Calls of each view of an operator, one after the other. */
  readonly looks: number;
  /** How often the worker is killed after the stream was measured, and how long each is watched. */
  readonly kills: number;
  readonly killSeconds: number;
}

export const fullPlan: Plan = {
  ...{ openReviews: 100_000, customers: 25_000, startsAtOnce: 32 },
  ...{ warmUpSeconds: 20, callers: 16, capacitySeconds: 20, load: 0.6, minutes: 60 },
  ...{ sampleEverySeconds: 10, verdictEverySeconds: 2, looks: 10 },
  ...{ kills: 3, killSeconds: 45 },
};

/** Proves that the benchmark runs. Its figures mean nothing else. */
export const quickPlan: Plan = {
  ...{ openReviews: 300, customers: 100, startsAtOnce: 16 },
  ...{ warmUpSeconds: 2, callers: 8, capacitySeconds: 5, load: 0.6, minutes: 0.5 },
  ...{ sampleEverySeconds: 10, verdictEverySeconds: 2, looks: 2 },
  ...{ kills: 1, killSeconds: 20 },
};
