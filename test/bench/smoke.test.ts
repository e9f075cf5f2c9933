import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Measured } from '../../bench/benchmarks.js';
import { brokenClaims } from '../../bench/smoke.js';

const stored = (file: string): Measured =>
  JSON.parse(readFileSync(`bench/results/${file}`, 'utf8')) as Measured;

/** A result of before, some of whose figures are replaced. */
const storedWith = (file: string, changes: object): Measured => {
  const measured = stored(file);
  return { ...measured, result: { ...measured.result, ...changes } } as Measured;
};

const overloadFile = 'overload-2026-11-29T112402.json';
const { result: overload } = stored(overloadFile) as Extract<Measured, { name: 'overload' }>;
const [storm] = overload.storms;

describe('a smoke run fails', () => {
  it.each([
    ['a storm in which nobody is answered', { storms: [] }, 'there was a storm'],
    [
      'a capacity that twice the load takes away',
      { storms: [{ ...storm, comparedTo: 1000 }] },
      'twice the load leaves 0.6 of the capacity',
    ],
  ])('by %s', (_what, changes, claim) => {
    expect(brokenClaims(storedWith(overloadFile, changes))).toContain(claim);
  });

  it('by partners that are dead and never come back', () => {
    const file = 'outage-2026-11-21T065549.json';
    const { result } = stored(file) as Extract<Measured, { name: 'outage' }>;
    const recovery = { ...result.recovery, accepted: 0, givenUp: 40 };
    expect(brokenClaims(storedWith(file, { recovery }))).toContain('orders recover');
  });

  it('by orders that are never answered under full load', () => {
    const file = 'answer-time-2026-11-21T135532.json';
    const broken = brokenClaims(storedWith(file, { saturatedRatio: 0 }));
    expect(broken).toContain('orders are answered under full load');
  });
});
