/**
 * Runs `work` and returns its outcome, or what it throws. `isAtOnce` is true when it ended before
 * the event loop went on: it has waited for no timer, socket, thread or file. Unlike a time limit,
 * this holds on a machine of any pace.
 */
export const atOnce = async <T>(work: () => Promise<T>) => {
  let isAtOnce = true;
  const next = setImmediate(() => {
    isAtOnce = false;
  });
  const outcome = await work().catch((error: unknown) => error);
  clearImmediate(next);
  return { outcome, isAtOnce };
};
