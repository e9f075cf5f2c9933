/** How often the alarm repeats while something stays late. */
const remindEveryMs = 3_600_000;

/**
 * Decides when to alarm: once when the oldest waiting item becomes older than `lateAfterMs`, then
 * each hour while it is. All times are milliseconds.
 */
export const createReminder = (lateAfterMs: number) => {
  let alarmedAtMs: number | undefined;
  return (oldestMs: number, nowMs: number): boolean => {
    if (oldestMs <= lateAfterMs) {
      alarmedAtMs = undefined;
      return false;
    }
    if (alarmedAtMs !== undefined && nowMs - alarmedAtMs < remindEveryMs) return false;
    alarmedAtMs = nowMs;
    return true;
  };
};
