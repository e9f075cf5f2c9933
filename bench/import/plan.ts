/** The orders of an import. */
export interface ImportPlan {
  readonly seed: number;
  readonly orders: number;
}

export const fullPlan: ImportPlan = { seed: 1, orders: 1_000_000 };
export const quickPlan: ImportPlan = { seed: 1, orders: 3000 };
