/** The numbers of stored orders, and of orders scored over each. */
export interface HistoryPlan {
  /** Orders stored before each measurement but the first, which is over none. */
  readonly sizes: readonly number[];
  /** Orders scored in each measurement. */
  readonly scored: number;
  /** Shoppers whose orders are scored; each has earlier orders among the stored ones. */
  readonly shoppers: number;
}

export const fullPlan: HistoryPlan = {
  sizes: [1_000_000, 10_000_000],
  ...{ scored: 2000, shoppers: 250 },
};
export const quickPlan: HistoryPlan = { sizes: [10_000, 50_000], scored: 50, shoppers: 10 };
