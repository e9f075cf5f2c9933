/** Measures how long answers take here and derives how long they should take under full load. */
export interface AnswerPace {
  /** Records an answer's own time: without the partners, or an upper limit of that. */
  readonly note: (ownMs: number) => void;
  /** The mean of an answer's own time that the limit of orders in flight aims at. */
  readonly targetMs: () => number;
}

/**
 * Half of the second that an answer has besides its partners' budget: the slowest of a hundred take
 * about twice the mean. Orders in flight for this long keep every processor busy.
 */
const targetLeastMs = 500;

/** Most of that second. */
const targetMostMs = 700;

/**
 * Where Postgres or Temporal is far away, or the machine is slow, even a single order takes long.
 */
const targetTimesQuickest = 1.5;

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
    targetMs: () => {
      const quickestMs = Math.min(quickest.previous, quickest.recent);
      if (quickestMs === Infinity) return targetLeastMs;
      return Math.min(targetMostMs, Math.max(targetLeastMs, targetTimesQuickest * quickestMs));
    },
  };
};
