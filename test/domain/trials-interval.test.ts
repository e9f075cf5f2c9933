import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOfShares } from '../../domain/trials/interval.js';

const rounded = (value: number | undefined) => Math.round((value ?? Number.NaN) * 10_000) / 10_000;

describe('the difference of two shares', () => {
  // The examples that R. G. Newcombe gives for his method 10 (Statistics in Medicine 17, 1998).
  it.each([
    [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.6, 0.1705, 0.809],
    [6, 7, 2, 7, 0.5714, 0.0582, 0.8062],
    [5, 56, 0, 29, 0.0893, -0.0381, 0.1926],
    [10, 10, 0, 10, 1, 0.6075, 1],
  ])('of %i in %i and %i in %i is as in the literature', (a, m, b, n, middle, low, high) => {
    const found = differenceOfShares({ part: b, whole: n }, { part: a, whole: m });
    expect([found?.difference, found?.low, found?.high].map(rounded)).toEqual([middle, low, high]);
    expect(found?.isClear).toBe(low > 0);
  });

  it('is null while one side has no orders', () => {
    expect(differenceOfShares({ part: 0, whole: 0 }, { part: 1, whole: 2 })).toBeNull();
    expect(differenceOfShares({ part: 1, whole: 2 }, { part: 0, whole: 0 })).toBeNull();
  });

  it('lies in its interval, and the other way round it is the mirror image', () => {
    const share = fc
      .integer({ min: 1, max: 5000 })
      .chain((whole) =>
        fc.record({ part: fc.integer({ min: 0, max: whole }), whole: fc.constant(whole) }),
      );
    fc.assert(
      fc.property(share, share, (one, other) => {
        const there = differenceOfShares(one, other);
        const back = differenceOfShares(other, one);
        if (there === null || back === null) throw new Error('no difference');
        expect(there.low).toBeLessThanOrEqual(there.difference + 1e-12);
        expect(there.high).toBeGreaterThanOrEqual(there.difference - 1e-12);
        expect(there.low).toBeGreaterThanOrEqual(-1 - 1e-9);
        expect(there.high).toBeLessThanOrEqual(1 + 1e-9);
        expect(back.low).toBeCloseTo(-there.high, 12);
      }),
    );
  });
});
