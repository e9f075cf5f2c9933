/**
 * The pause before attempt `attempt` + 1: doubles from `firstMs` to `maxMs`, with a jitter of a
 * quarter so that many orders do not return at the same time.
 */
export const growingPauseMs = (
  attempt: number,
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
): number => {
  const doubled = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(doubled * (0.75 + Math.random() / 2));
};
