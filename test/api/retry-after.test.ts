import { describe, expect, it } from 'vitest';
import { createRetryAfter } from '../../api/retry-after.js';

/** A random number that is the same in each run. */
const createLot = () => {
  let chance = 1;
  return (below: number): number => {
    chance = (chance * 48_271) % 2_147_483_647;
    return chance % below;
  };
};

interface Caller {
  readonly isNew: boolean;
  readonly atMs: number;
}

const stepMs = 50;
const stillSeconds = 45;
const newPerSecond = 4;

/**
 * New orders arrive all the time, and each refused one returns after its `Retry-After`. The backend
 * stalls at first, and then decides this many a second. Returns how many of either kind were
 * refused in each second since.
 */
const simulate = (perSecond: number) => {
  let nowMs = 0;
  const comeAgain = createRetryAfter(() => nowMs, createLot());
  let coming: Caller[] = [];
  let free = 0;
  let sent = 0;
  const seconds = stillSeconds + 45;
  const refused = Array.from({ length: seconds }, () => ({ new: 0, again: 0 }));
  const come = ({ isNew }: Caller): void => {
    if (free >= 1) {
      free -= 1;
      comeAgain.answered();
      return;
    }
    const counts = refused[Math.floor(nowMs / 1000)];
    if (counts !== undefined) counts[isNew ? 'new' : 'again'] += 1;
    coming.push({ isNew: false, atMs: nowMs + comeAgain.refused() * 1000 });
  };
  for (; nowMs < seconds * 1000; nowMs += stepMs) {
    for (; sent < (nowMs * newPerSecond) / 1000; sent += 1) {
      coming.push({ isNew: true, atMs: nowMs });
    }
    // Some are processed at once and some wait in line: all of those are answered within 0.6 s.
    const isStill = nowMs < stillSeconds * 1000;
    if (!isStill) free = Math.min(0.6 * perSecond, free + (perSecond * stepMs) / 1000);
    const arrived = coming.filter(({ atMs }) => atMs <= nowMs);
    coming = coming.filter(({ atMs }) => atMs > nowMs);
    arrived.forEach(come);
  }
  return { refused: refused.slice(stillSeconds), waiting: coming.length };
};

const sum = (counts: readonly number[]) => counts.reduce((one, other) => one + other, 0);

describe('a crowd of callers refused during a standstill of the backend', () => {
  it.each([20, 40, 200])(
    'leaves room for new orders as soon as %i a second are decided again',
    (perSecond) => {
      const { refused, waiting } = simulate(perSecond);
      expect(sum(refused.slice(3).map((second) => second.new))).toBe(0);
      expect(waiting).toBe(0);
    },
  );

  it.each([10, 12])('is not refused again and again where only %i a second are', (perSecond) => {
    const { refused, waiting } = simulate(perSecond);
    const crowd = stillSeconds * newPerSecond;
    expect(sum(refused.map((second) => second.again))).toBeLessThan(crowd / 2);
    expect(sum(refused.slice(-10).map((second) => second.new))).toBe(0);
    expect(waiting).toBe(0);
  });
});

describe('the Retry-After of a refused order', () => {
  it('is drawn by lot, from 2 to 7 s while few are refused', () => {
    const { refused } = createRetryAfter(() => 5000, createLot());
    const waits = Array.from({ length: 10 }, refused);
    expect([Math.min(...waits), Math.max(...waits)]).toEqual([2, 7]);
    expect(new Set(waits).size).toBeGreaterThan(2);
  });

  it('is within half a minute, however many are refused', () => {
    const { refused } = createRetryAfter(() => 5000, createLot());
    const waits = Array.from({ length: 5000 }, refused);
    expect(Math.min(...waits)).toBe(2);
    expect(Math.max(...waits)).toBe(30);
    // Those for whom there was no room either are spread over all seconds.
    const last = waits.slice(-2900);
    expect(last.filter((wait) => wait <= 15).length).toBeLessThan(0.55 * last.length);
  });

  it('follows what is decided while orders are refused', () => {
    const latest = (perSecond: number): number => {
      let nowMs = 0;
      const comeAgain = createRetryAfter(() => nowMs, createLot());
      for (; nowMs < 60_000; nowMs += 1000) {
        for (let index = 0; index < perSecond; index += 1) comeAgain.answered();
        if (nowMs % 10_000 === 0) comeAgain.refused();
      }
      return Math.max(...Array.from({ length: 60 }, comeAgain.refused));
    };
    expect(latest(4)).toBe(30);
    expect(latest(100)).toBe(7);
  });
});
