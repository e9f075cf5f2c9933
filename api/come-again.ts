import { randomInt } from 'node:crypto';

/** When refused orders are to be sent again, so that they then find a place. */
export interface ComeAgain {
  /** An order was answered. */
  readonly answered: () => void;
  /** An order is refused: whole seconds until it is to be sent again. */
  readonly refused: () => number;
}

/** Sooner would be load, and would seldom find that anything has changed. */
const soonestSeconds = 2;

/** Somebody waits for the order. */
const latestSeconds = 30;

/** So many seconds are chosen from, by lot: those refused together do not come together. */
const choices = 6;

/** Of what can be decided, orders that come again get this share; the rest is for new ones. */
const shareOfReturns = 0.5;

/** What two shared processors decide in a second; it counts until there are measurements. */
const assumedPerSecond = 20;

/**
 * What can be decided is the best of so many seconds in which orders were refused and others
 * answered. While nothing is answered nothing is learnt: a backend that stood still is as fast
 * afterwards as it was before.
 */
const rememberedSeconds = 5;

/**
 * Gives refused orders their time: of those that were told to come in one second no more than can
 * be decided beside new orders. A crowd that comes sooner is not answered sooner, it is refused
 * again and again, and new orders with it. `now` is in milliseconds; `lot` gives a whole number
 * from 0 to below its argument.
 */
export const createComeAgain = (
  now: () => number,
  lot: (below: number) => number = (below) => randomInt(below),
): ComeAgain => {
  const due = new Map<number, number>();
  const decided = Array.from({ length: rememberedSeconds }, () => assumedPerSecond);
  let current = { second: 0, answered: 0, refused: 0 };
  /** The second that it is, once what the last one showed is kept. */
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
    // More wait than can be decided by then: as many will come in one second as in another.
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
