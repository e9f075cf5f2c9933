/** While orders are refused, workers are notified this often: see `overloadLastsMs`. */
const noticeEveryMs = 500;

/**
 * Notifies the workers of refusals, at most twice a second and one notice at a time. A notice that
 * fails is lost: then settlements only do not give way. `now` is in milliseconds.
 */
export const createOverloadNotice = (
  announce: () => Promise<void>,
  now: () => number,
): (() => void) => {
  let nextAtMs = Number.NEGATIVE_INFINITY;
  let isSending = false;
  return () => {
    if (isSending || now() < nextAtMs) return;
    nextAtMs = now() + noticeEveryMs;
    isSending = true;
    void announce()
      .catch(() => undefined)
      .finally(() => {
        isSending = false;
      });
  };
};
