/** The number of stored orders, and of orders scored before and after. */
export interface HistoryPlan {
  /** Orders stored before the second measurement. */
  readonly stored: number;
  /** Orders scored in each measurement. */
  readonly scored: number;
  /** Shoppers whose orders are scored; each has earlier orders among the stored ones. */
  readonly shoppers: number;
}

export const fullPlan: HistoryPlan = { stored: 10_000_000, scored: 2000, shoppers: 250 };
export const quickPlan: HistoryPlan = { stored: 50_000, scored: 50, shoppers: 10 };
