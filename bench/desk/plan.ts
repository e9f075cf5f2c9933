/** The size of the desk, and how often each thing is measured. */
export interface Plan {
  /** Cases that wait, besides those of real orders. */
  readonly openCases: number;
  /** Customers of these cases; each has several. */
  readonly customers: number;
  /** Earlier orders of the one customer who has very many. */
  readonly heavyOrders: number;
  /** Requests of each page, one after the other, after a few that are not counted. */
  readonly pages: number;
  /** Key presses of each kind in the browser. */
  readonly presses: number;
  /** Between two key presses a reviewer reads for so long; milliseconds. */
  readonly readingMs: number;
  /** Decisions of each undo window. */
  readonly decisions: number;
  readonly decisionEveryMs: number;
  /** Orders a second that come beside the second round of key presses. */
  readonly streamPerSecond: number;
}

export const fullPlan: Plan = {
  ...{ openCases: 100_000, customers: 25_000, heavyOrders: 100_000 },
  ...{ pages: 60, presses: 40, readingMs: 300 },
  ...{ decisions: 50, decisionEveryMs: 300, streamPerSecond: 2 },
};

/** Proves that the benchmark runs. Its figures mean nothing else. */
export const quickPlan: Plan = {
  ...{ openCases: 600, customers: 150, heavyOrders: 1000 },
  ...{ pages: 5, presses: 3, readingMs: 300 },
  ...{ decisions: 3, decisionEveryMs: 300, streamPerSecond: 2 },
};
