/** Measures how long answers take here and derives when an answer counts as slow. */
export interface AnswerPace {
  /** Records an answer's own time: without the partners, or an upper limit of that. */
  readonly note: (ownMs: number) => void;
  /** The limit of an answer's own time. A longer one shows that too many orders are in flight. */
  readonly slowMs: () => number;
}

/**
 * About three orders keep two processors busy. More orders at once only finish in waves, and each
 * takes longer. Six at once take about this long.
 */
const slowLeastMs = 350;

/** Most of the second that an answer has besides its partners' budget. */
const slowMostMs = 700;

/**
 * Where Postgres or Temporal is far away, or the machine is slow, even a single order takes long.
 */
const slowTimesQuickest = 3;

/**
 * The quickest answer is remembered for one to two of these periods, as a machine may become
 * slower.
 */
const rememberedMs = 60_000;

/** The pace of one process. `now` is in milliseconds. */
export const createAnswerPace = (now: () => number): AnswerPace => {
  let sinceMs = now();
  let quickest = { previous: Infinity, recent: Infinity };
  return {
    note: (ownMs) => {
      if (now() - sinceMs >= rememberedMs) {
        quickest = { previous: quickest.recent, recent: Infinity };
        sinceMs = now();
      }
      quickest.recent = Math.min(quickest.recent, ownMs);
    },
    slowMs: () => {
      const quickestMs = Math.min(quickest.previous, quickest.recent);
      if (quickestMs === Infinity) return slowLeastMs;
      return Math.min(slowMostMs, Math.max(slowLeastMs, slowTimesQuickest * quickestMs));
    },
  };
};
