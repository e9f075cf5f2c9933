import { randomInt } from 'node:crypto';

/** Chooses the `Retry-After` of refused orders so that a retry is likely to find a slot. */
export interface RetryAfter {
  /** Counts an answered order. */
  readonly answered: () => void;
  /** Counts a refused order. Returns the whole seconds after which to retry. */
  readonly refused: () => number;
}

/** An earlier retry would add load and would seldom find that anything has changed. */
const soonestSeconds = 2;

/** A shopper waits for the order. */
const latestSeconds = 30;

/**
 * Retries are spread at random over this many seconds: orders refused together do not return
 * together.
 */
const choices = 6;

/** The share of the capacity that is planned for retries. The rest serves new orders. */
const shareOfReturns = 0.5;

/** What two shared processors decide in a second. Used until there are measurements. */
const assumedPerSecond = 20;

/**
 * The capacity is the best of the last so many seconds that saw both refusals and answers. A second
 * without answers is ignored: a stalled backend is as fast afterwards as before.
 */
const rememberedSeconds = 5;

/**
 * Spreads retries: for any one second it invites no more orders than can be decided beside new
 * ones. A crowd that retries earlier would be refused again, and new orders with it. `now` is in
 * milliseconds; `lot` returns a random whole number from 0 to below its argument.
 */
export const createRetryAfter = (
  now: () => number,
  lot: (below: number) => number = (below) => randomInt(below),
): RetryAfter => {
  const due = new Map<number, number>();
  const decided = Array.from({ length: rememberedSeconds }, () => assumedPerSecond);
  let current = { second: 0, answered: 0, refused: 0 };
  /** The current second. Rolls the counters over when a new second has begun. */
  const turn = (): number => {
    const second = Math.floor(now() / 1000);
    if (second === current.second) return second;
    if (current.answered > 0 && current.refused > 0) {
      decided.push(current.answered);
      decided.shift();
    }
    current = { second, answered: 0, refused: 0 };
    for (const past of due.keys()) if (past < second) due.delete(past);
    return second;
  };
  const choose = (second: number): number => {
    const most = Math.max(1, Math.floor(Math.max(...decided) * shareOfReturns));
    const free: number[] = [];
    for (let wait = soonestSeconds; wait <= latestSeconds && free.length < choices; wait += 1) {
      if ((due.get(second + wait) ?? 0) < most) free.push(wait);
    }
    // All seconds are full, so any second is as good as another.
    return free[lot(Math.max(1, free.length))] ?? soonestSeconds + lot(latestSeconds - 1);
  };
  return {
    answered: () => {
      turn();
      current.answered += 1;
    },
    refused: () => {
      const second = turn();
      current.refused += 1;
      const wait = choose(second);
      due.set(second + wait, (due.get(second + wait) ?? 0) + 1);
      return wait;
    },
  };
};
