/** Settlements run with this many slots; the OMS client has as many connections. */
const slotsMax = 64;

/**
 * Enough to catch up faster than orders come, few enough that an answer is never behind more than
 * these.
 */
const slotsToCatchUp = 4;

/** Two notices of an overload may be lost before it counts as over: see `noticeEveryMs`. */
const overloadLastsMs = 1200;

/** Settlements that start within this time are not behind. */
const onTimeMs = 1000;

/** When none has started for this long although it may, none is due. Polls take less. */
const noneDueAfterMs = 3000;

/** Decides how many settlements may run, so that they give way to orders whose callers wait. */
export interface GiveWay {
  /** New orders are refused at present: more come than can be decided. */
  readonly overloaded: () => void;
  /** A settlement starts, this long after it was due. */
  readonly started: (lateMs: number) => void;
  /** How many settlements may run at once now. */
  readonly slots: () => number;
  /** Whether no settlement may start now. Changes nothing. */
  readonly isGivingWay: () => boolean;
}

/**
 * While new orders are refused, settlements wait: their orders are answered, and those that come
 * are not. None waits longer than about `mostMs`: then they go on beside the answers, at the rate
 * at which orders come. Afterwards they catch up with few slots. `now` is in milliseconds.
 */
export const createGiveWay = (mostMs: number, now: () => number): GiveWay => {
  let overloadAtMs = Number.NEGATIVE_INFINITY;
  let isGivingWay = false;
  /** How late the last settlement was, when it started or when the present wait began. */
  let late = { ms: 0, atMs: Number.NEGATIVE_INFINITY };
  const lateMs = (): number => {
    const sinceMs = now() - late.atMs;
    // While they wait, all become later.
    if (isGivingWay) return late.ms + sinceMs;
    return sinceMs > noneDueAfterMs ? 0 : late.ms;
  };
  const setGivingWay = (isSo: boolean): void => {
    if (isSo === isGivingWay) return;
    late = { ms: lateMs(), atMs: now() };
    isGivingWay = isSo;
  };
  const mustGiveWay = (): boolean => now() - overloadAtMs < overloadLastsMs && lateMs() < mostMs;
  return {
    isGivingWay: mustGiveWay,
    overloaded: () => {
      overloadAtMs = now();
    },
    started: (ms) => {
      // Some that were handed out before may still start during a wait.
      if (!isGivingWay) late = { ms, atMs: now() };
    },
    slots: () => {
      setGivingWay(mustGiveWay());
      if (isGivingWay) return 0;
      return lateMs() > onTimeMs && lateMs() < mostMs ? slotsToCatchUp : slotsMax;
    },
  };
};
