import { describe, expect, it } from 'vitest';
import { closedLoop, openLoop, warmUp } from '../../bench/load.js';
import { percentilesOf } from '../../bench/percentiles.js';

const { signal } = new AbortController();

const blockFor = (ms: number): void => {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
};

describe('percentiles', () => {
  it('are those of the nearest rank, to a tenth of a millisecond', () => {
    const latencies = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentilesOf(latencies)).toEqual({
      samples: 100,
      ...{ p50Ms: 50, p95Ms: 95, p99Ms: 99, maxMs: 100 },
    });
    expect(percentilesOf([7.26])).toMatchObject({ p50Ms: 7.3, p99Ms: 7.3 });
  });

  it('of nothing are refused, not zero', () => {
    expect(() => percentilesOf([])).toThrow(RangeError);
  });
});

describe('warming up', () => {
  const load = { perSecond: 100, seconds: 0.05, signal };

  it('continues until three calls in a row succeed, whatever comes before', async () => {
    const answers = 'x x x x x x o x o o x o o o'.split(' ');
    const call = async () => {
      if (answers.shift() === 'x') throw new Error('too late');
    };
    await warmUp(call, load);
    expect(answers).toEqual([]);
  });

  it('fails as the calls do when they never go well', async () => {
    const call = () => Promise.reject(new Error('refused'));
    await expect(warmUp(call, load, 20)).rejects.toThrow('refused');
  });
});

describe('open-loop load', () => {
  it('counts a stall against every request that it delayed', async () => {
    let sent = 0;
    const call = async () => {
      sent += 1;
      if (sent === 1) blockFor(200);
    };
    const latencies = await openLoop(call, { perSecond: 100, seconds: 0.4, signal });
    expect(latencies).toHaveLength(40);
    expect(latencies.filter((latency) => latency > 90).length).toBeGreaterThanOrEqual(10);
  });

  it('a failed request fails the measurement', async () => {
    const call = () => Promise.reject(new Error('refused'));
    await expect(openLoop(call, { perSecond: 100, seconds: 0.05, signal })).rejects.toThrow(
      'refused',
    );
  });

  it('ends early on a signal', async () => {
    const stop = new AbortController();
    const load = { perSecond: 1, seconds: 3600, signal: stop.signal };
    const running = openLoop(async () => stop.abort(), load);
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('closed-loop load', () => {
  it('keeps as many requests in flight as there are callers', async () => {
    let underWay = 0;
    let most = 0;
    const call = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
    };
    const perSecond = await closedLoop(call, { callers: 4, seconds: 0.2, signal });
    expect(most).toBe(4);
    expect(perSecond).toBeGreaterThan(0);
  });
});
