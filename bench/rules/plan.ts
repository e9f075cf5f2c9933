/** The extent of the measurement. */
export interface RulesPlan {
  readonly seed: number;
  /** Orders of the population to evaluate. */
  readonly orders: number;
  /** Evaluations of each order per round; scoring, which computes the facts, runs once. */
  readonly repeats: number;
  /** Rounds of each measurement, after one to warm up. */
  readonly rounds: number;
  /** Rules of the text whose loading is measured. */
  readonly loadedRules: number;
}

export const fullPlan: RulesPlan = {
  seed: 1,
  orders: 4000,
  repeats: 10,
  rounds: 9,
  loadedRules: 200,
};
export const quickPlan: RulesPlan = { ...fullPlan, orders: 300, repeats: 1, rounds: 2 };
