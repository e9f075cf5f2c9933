/**
 * How long to wait before try number `attempt` + 1: doubling from `firstMs` to `maxMs`, varied by
 * a quarter so that many orders do not come back at once.
 */
export const growingPauseMs = (
  attempt: number,
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
): number => {
  const doubled = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(doubled * (0.75 + Math.random() / 2));
};
