/** The number of stored orders to evaluate. */
export interface BacktestPlan {
  /** Orders that are really posted and decided: their facts are recomputed. */
  readonly decided: number;
  /** Copies of each for the run on stored facts. */
  readonly copies: number;
}

export const fullPlan: BacktestPlan = { decided: 2000, copies: 50 };
export const quickPlan: BacktestPlan = { decided: 40, copies: 5 };
