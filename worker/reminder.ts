/** While something stays late, people are reminded this often. */
const remindEveryMs = 3_600_000;

/**
 * Says when to alarm: once when the oldest of what waits becomes older than `lateAfterMs`, and
 * again each hour while it is. All times are milliseconds.
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
