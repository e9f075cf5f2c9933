import { describe, expect, it } from 'vitest';
import { type AnswerPace, createAnswerPace } from '../../api/answer-pace.js';
import { createOrderBound, type OrderBound, type Sample } from '../../api/order-bound.js';

/**
 * A backend that processes all its orders at once on a few processors. Each order also waits for
 * partners and for distant stores. Times in milliseconds, in steps of ten.
 */
const stepMs = 10;

interface Backend {
  readonly perSecond: number;
  readonly partnerMs: number;
  readonly storesMs?: number;
}

interface Api {
  readonly bound: OrderBound;
  readonly pace: AnswerPace;
  sampledAtMs: number;
}

/** How often the API reads the partners' time of an answer. */
const sampleEveryMs = 100;

interface Running {
  readonly api: Api;
  readonly sinceMs: number;
  leftMs: number;
}

/**
 * Offers orders to several APIs in turn. Returns the answers of each second with their own times.
 */
const simulate = (
  apis: number,
  seconds: number,
  { offered, backend }: { offered: number; backend: (second: number) => Backend },
) => {
  let nowMs = 0;
  const now = () => nowMs;
  const all = Array.from(
    { length: apis },
    (): Api => ({ bound: createOrderBound(now), pace: createAnswerPace(now), sampledAtMs: -1000 }),
  );
  const running = new Set<Running>();
  const answered: { atMs: number; ms: number }[] = [];
  let sent = 0;
  let chance = 1;
  // Orders differ: those that begin together do not end together.
  const workOf = () => {
    chance = (chance * 48_271) % 2_147_483_647;
    return 500 + (chance % 1000);
  };
  const learn = ({ api, sinceMs }: Running, ownMs: number): void => {
    if (nowMs - api.sampledAtMs < sampleEveryMs) return;
    api.sampledAtMs = nowMs;
    api.pace.note(ownMs);
    api.bound.learn({ outcome: 'answered', slowness: ownMs / api.pace.targetMs(), sinceMs });
  };
  for (; nowMs < seconds * 1000; nowMs += stepMs) {
    for (; sent < (nowMs / 1000) * offered; sent += 1) {
      const api = all[sent % apis];
      if (api?.bound.enter()) running.add({ api, sinceMs: nowMs, leftMs: workOf() });
    }
    const { perSecond, partnerMs, storesMs = 0 } = backend(Math.floor(nowMs / 1000));
    const share = (perSecond * stepMs) / Math.max(2, running.size);
    for (const order of running) {
      order.leftMs -= share;
      const ms = nowMs - order.sinceMs;
      if (order.leftMs > 0 || ms <= partnerMs + storesMs) continue;
      running.delete(order);
      order.api.bound.leave();
      answered.push({ atMs: nowMs, ms });
      learn(order, ms - partnerMs);
    }
  }
  const bySecond = Array.from(
    { length: seconds },
    (_, second) => answered.filter(({ atMs }) => Math.floor(atMs / 1000) === second).length,
  );
  const sortedMs = answered
    .filter(({ atMs }) => atMs > 6000)
    .map(({ ms }) => ms)
    .toSorted((left, right) => left - right);
  return {
    bySecond,
    p99Ms: sortedMs[Math.floor(sortedMs.length * 0.99)] ?? 0,
    bounds: all.map(({ bound }) => bound),
  };
};

const quick = (sinceMs: number): Sample => ({ outcome: 'answered', slowness: 0.8, sinceMs });
const slow = (sinceMs: number): Sample => ({ outcome: 'answered', slowness: 1.5, sinceMs });

const well = { perSecond: 20, partnerMs: 0 };

describe('the bound on new orders', () => {
  it.each([
    [1, 1.2],
    [1, 2],
    [1, 4],
    [1, 20],
    [3, 4],
  ])(
    'of %i APIs keeps a backend busy and its answers short at %d times its capacity',
    (apis, times) => {
      const offered = well.perSecond * times;
      const { bySecond, p99Ms } = simulate(apis, 20, { offered, backend: () => well });
      const least = Math.min(...bySecond.slice(3));
      // Orders end at random: a second has three or four more or fewer than the mean.
      expect(least).toBeGreaterThanOrEqual(0.75 * well.perSecond);
      // A quarter of a second is reserved for orders that are already in line.
      expect(p99Ms).toBeLessThan(1250);
    },
  );

  it('refuses nobody for remote stores while CPU is free', () => {
    const backend = () => ({ perSecond: 100, partnerMs: 0, storesMs: 400 });
    const { bySecond } = simulate(1, 45, { offered: 40, backend });
    expect(Math.min(...bySecond.slice(30))).toBeGreaterThanOrEqual(36);
  });

  it('refuses nobody for slow partners while CPU is free', () => {
    const backend = () => ({ perSecond: 100, partnerMs: 1400 });
    const { bySecond } = simulate(1, 45, { offered: 40, backend });
    expect(Math.min(...bySecond.slice(30))).toBeGreaterThanOrEqual(36);
  });

  it('finds a recovered backend within seconds, however long it stood still', () => {
    const backend = (second: number) => (second < 60 ? { ...well, perSecond: 0 } : well);
    const { bySecond, bounds } = simulate(1, 70, { offered: 40, backend });
    expect(bySecond.slice(0, 60).every((count) => count === 0)).toBe(true);
    expect(Math.min(...bySecond.slice(65))).toBeGreaterThanOrEqual(0.8 * well.perSecond);
    expect(bounds[0]?.inFlight()).toBeLessThanOrEqual(200);
  });

  it('is never zero, whatever it learns, and never above what one worker runs at once', () => {
    let nowMs = 0;
    const bound = createOrderBound(() => nowMs);
    for (let index = 0; index < 1000; index += 1) {
      nowMs += 1000;
      bound.learn(slow(nowMs));
    }
    expect(bound.bound()).toBe(2);
    expect([bound.enter(), bound.enter(), bound.enter()]).toEqual([true, true, false]);
    for (let index = 0; index < 100_000; index += 1) {
      bound.learn(quick(0));
    }
    expect(bound.bound()).toBe(200);
  });

  it('forgets a storm in calm, and learns no more while there is room: nothing was tried', () => {
    let nowMs = 1000;
    const bound = createOrderBound(() => nowMs);
    const before = bound.bound();
    for (; nowMs < 10_000; nowMs += 1000) bound.learn(slow(0));
    expect(bound.bound()).toBeLessThan(before);
    for (let index = 0; index < 1000; index += 1) bound.learn(quick(0));
    expect(bound.bound()).toBe(before);
  });

  it('soon returns to its limit from before an outage, unless that was too high', () => {
    const found = (isOverload: boolean): number => {
      let nowMs = 1000;
      const bound = createOrderBound(() => nowMs);
      const before = bound.bound();
      for (; bound.bound() > 2; nowMs += 1000) {
        if (isOverload) bound.learn(slow(nowMs - 500));
        bound.learn({ outcome: 'failed', sinceMs: nowMs - 900 });
      }
      for (let index = 0; index < before; index += 1) {
        bound.learn(quick(nowMs));
      }
      return bound.bound() / before;
    };
    expect(found(false)).toBe(1);
    expect(found(true)).toBeLessThan(0.5);
  });

  it('is not lowered by orders that waited for the backend to go on, and by later ones', () => {
    let nowMs = 20_000;
    const bound = createOrderBound(() => nowMs);
    bound.learn({ outcome: 'failed', sinceMs: 7000 });
    const lowered = bound.bound();
    nowMs += 1000;
    bound.learn(quick(nowMs - 100));
    const before = bound.bound();
    expect(before).toBeGreaterThan(lowered);
    nowMs += 1000;
    bound.learn(slow(12_000));
    expect(bound.bound()).toBe(before);
    bound.learn(slow(nowMs - 900));
    expect(bound.bound()).toBeLessThan(before);
  });
});
