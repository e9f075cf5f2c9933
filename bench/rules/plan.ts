/** How much is measured. */
export interface RulesPlan {
  readonly seed: number;
  /** Orders of the population that are evaluated. */
  readonly orders: number;
  /** How often each of them is evaluated in one round; with its facts it is scored once. */
  readonly repeats: number;
  /** Of each measurement; one more before them warms up. */
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
