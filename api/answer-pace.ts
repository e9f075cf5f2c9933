/** How long answers take here, and so from when on one is slow. */
export interface AnswerPace {
  /** Notes what an answer took without its partners, or at most. */
  readonly note: (ownMs: number) => void;
  /** An answer whose own time is longer shows that too many orders are worked on at once. */
  readonly slowMs: () => number;
}

/**
 * Two processors are busy with about three orders. Beyond that more at once are not decided sooner:
 * they only end in waves, and each takes longer. Twice that many take this.
 */
const slowLeastMs = 350;

/** Most of the second that an answer may take beside its partners. */
const slowMostMs = 700;

/**
 * Where Postgres or Temporal are far away, or the machine is slow, an order takes its time even
 * when it is alone.
 */
const slowTimesQuickest = 3;

/** The quickest answer counts for one to two of these: a machine may have become slower. */
const rememberedMs = 60_000;

/** The pace of one process. `now` is in milliseconds. */
export const createAnswerPace = (now: () => number): AnswerPace => {
  let sinceMs = now();
  let quickest = { before: Infinity, lately: Infinity };
  return {
    note: (ownMs) => {
      if (now() - sinceMs >= rememberedMs) {
        quickest = { before: quickest.lately, lately: Infinity };
        sinceMs = now();
      }
      quickest.lately = Math.min(quickest.lately, ownMs);
    },
    slowMs: () => {
      const quickestMs = Math.min(quickest.before, quickest.lately);
      if (quickestMs === Infinity) return slowLeastMs;
      return Math.min(slowMostMs, Math.max(slowLeastMs, slowTimesQuickest * quickestMs));
    },
  };
};
