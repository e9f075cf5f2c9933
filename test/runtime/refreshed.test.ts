import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRefreshed, createWatched, type Refreshed } from '../../runtime/live-value.js';
import { startChild } from '../support/child.js';
import { until } from '../support/until.js';

/** A load that the test ends by hand, each call separately. */
const byHand = () => {
  const calls: { answer: (value: string) => void; fail: (error: Error) => void }[] = [];
  const load = () =>
    new Promise<string>((resolve, reject) => {
      calls.push({ answer: resolve, fail: reject });
    });
  return { calls, load };
};

/** Longer than any test: only `refresh` loads. */
const neverMs = 2 ** 30;

const faults: unknown[] = [];
const started: Refreshed<unknown>[] = [];

const hold = (load: () => Promise<string>, everyMs = neverMs) => {
  const onFault = (error: unknown) => void faults.push(error);
  const refreshed = createRefreshed({ initial: 'initial', load, everyMs, onFault });
  started.push(refreshed);
  return refreshed;
};

afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()));
  faults.length = 0;
});

describe('the current value', () => {
  it('is the initial one until the first load is done, then the loaded one', async () => {
    const { calls, load } = byHand();
    const held = hold(load);
    const done = held.refresh();
    expect(held.current()).toBe('initial');
    calls[0]?.answer('loaded');
    await done;
    expect(held.current()).toBe('loaded');
  });

  it('is refreshed repeatedly without being asked', async () => {
    let loads = 0;
    const held = hold(() => Promise.resolve(`load ${(loads += 1)}`), 5);
    await until('three loads', () => Promise.resolve(loads >= 3));
    expect(held.current()).toMatch(/^load \d+$/);
  });

  it('stays the last good one while loads fail, with one report for the whole time', async () => {
    const outcomes = [
      'good',
      new Error('first'),
      new Error('second'),
      'better',
      new Error('third'),
    ];
    const seen: string[] = [];
    const held = hold(async () => {
      const outcome = outcomes.shift() ?? '';
      if (outcome instanceof Error) throw outcome;
      return outcome;
    });
    while (outcomes.length > 0) {
      await held.refresh();
      seen.push(held.current());
    }
    expect(seen).toEqual(['good', 'good', 'good', 'better', 'better']);
    expect(faults.map((fault) => (fault as Error).message)).toEqual(['first', 'third']);
  });

  it('stays when a load throws before it gives a promise', async () => {
    const held = hold(() => {
      throw new TypeError('at once');
    });
    await held.refresh();
    expect(held.current()).toBe('initial');
    expect(faults).toHaveLength(1);
  });
});

describe('a refresh while a load is under way', () => {
  it('waits for a load that began after it: the one under way may have read too early', async () => {
    const { calls, load } = byHand();
    const held = hold(load);
    const first = held.refresh();
    let isDone = false;
    const second = held.refresh().then(() => (isDone = true));
    calls[0]?.answer('read before the change');
    await first;
    await until('a second load', () => Promise.resolve(calls.length === 2));
    expect(isDone).toBe(false);
    calls[1]?.answer('read after the change');
    await second;
    expect(held.current()).toBe('read after the change');
  });

  it('shares its load with all others that wait, and never are there two at once', async () => {
    let running = 0;
    let most = 0;
    let loads = 0;
    const held = hold(async () => {
      loads += 1;
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return 'loaded';
    }, 1);
    const rounds = Array.from({ length: 20 }, async () => {
      await Promise.all(Array.from({ length: 50 }, () => held.refresh()));
    });
    await Promise.all(rounds);
    expect(most).toBe(1);
    expect(loads).toBeLessThan(10);
  });
});

describe('stop', () => {
  it('waits for the load under way, and nothing is loaded afterwards', async () => {
    const { calls, load } = byHand();
    const held = hold(load, 1);
    await until('a load', () => Promise.resolve(calls.length === 1));
    const queued = held.refresh();
    let isStopped = false;
    const stopped = held.stop().then(() => (isStopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    calls[0]?.answer('last');
    await Promise.all([stopped, queued]);
    await held.refresh();
    expect(calls).toHaveLength(1);
    expect(held.current()).toBe('last');
  });
});

describe('a watched value', () => {
  afterEach(() => void vi.useRealTimers());

  it('is that of Postgres within two seconds after a change, by its own clock', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let stored = 'before';
    const load = () => Promise.resolve(stored);
    const watched = createWatched('initial', load, (error) => faults.push(error));
    started.push(watched);
    await watched.loaded();
    expect(watched.current()).toBe('before');
    stored = 'after';
    await vi.advanceTimersByTimeAsync(2000);
    expect([watched.current(), faults]).toEqual(['after', []]);
  });
});

it('a value that is refreshed keeps no process alive', async () => {
  const child = startChild('test/runtime/fixtures/hold-refreshed.ts', {});
  try {
    await child.ended;
    expect(child.lines).toEqual(['loaded 1']);
    expect(child.process.exitCode).toBe(0);
  } finally {
    await child.end();
  }
});
