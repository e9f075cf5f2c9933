import { describe, expect, it } from 'vitest';
import type { BenchmarkName, Measured } from '../../bench/benchmarks.js';
import { readLatest } from '../../bench/page/latest.js';
import { brokenClaims } from '../../bench/smoke.js';

const latest = readLatest('bench/results');

/** An earlier result, with some figures replaced. */
const storedWith = (name: BenchmarkName, changes: object): Measured => {
  const measured = latest(name);
  return { ...measured, result: { ...measured.result, ...changes } } as Measured;
};

const { result: overload } = latest('overload');
const [storm] = overload.storms;

describe('a smoke run fails', () => {
  it.each([
    ['a storm in which nobody is answered', { storms: [] }, 'there was a storm'],
    [
      'a capacity that twice the load takes away',
      { storms: [{ ...storm, comparedTo: 1000 }] },
      'twice the load leaves 0.8 of the capacity',
    ],
  ])('by %s', (_what, changes, claim) => {
    expect(brokenClaims(storedWith('overload', changes))).toContain(claim);
  });

  it('by partners that are dead and never come back', () => {
    const { result } = latest('outage');
    const recovery = { ...result.recovery, accepted: 0, givenUp: 40 };
    expect(brokenClaims(storedWith('outage', { recovery }))).toContain('orders recover');
  });

  it('by an answer that takes six times the floor', () => {
    const { result } = latest('answer-time');
    const rates = result.rates.map((rate) => ({
      ...rate,
      verdict: rate.verdict && { ...rate.verdict, p50Ms: 6 * rate.floor.p50Ms },
    }));
    const broken = brokenClaims(storedWith('answer-time', { rates }));
    expect(broken).toContain('the median answer takes at most 5 times the floor');
  });

  it('by callers who get a tenth of the floor', () => {
    const { saturation } = latest('answer-time').result;
    const slow = { saturation: { ...saturation, ratio: 0.1 } };
    const broken = brokenClaims(storedWith('answer-time', slow));
    expect(broken).toContain('callers get at least 0.15 of the floor');
  });

  it('by an accepted order of two more events than it has', () => {
    const { order } = latest('answer-time').result;
    const longer = { order: { ...order, events: 13 } };
    const broken = brokenClaims(storedWith('answer-time', longer));
    expect(broken).toContain('an accepted order has at most 12 events');
  });

  it('by orders that are refused just after a start', () => {
    const { afterStart } = latest('start').result;
    const broken = brokenClaims(storedWith('start', { afterStart: { ...afterStart, refused: 9 } }));
    expect(broken).toContain('nine of ten orders just after a start are answered');
  });
});

describe('a smoke run passes', () => {
  it.each(['answer-time', 'start'] as const)('with the figures of a full run of %s', (name) => {
    expect(brokenClaims(latest(name))).toEqual([]);
  });
});
