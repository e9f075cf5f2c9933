import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountDifference, shareOf, sumAmounts } from '../../domain/money.js';

const units = fc.integer({ min: 0, max: 10 ** 13 });

describe('money', () => {
  it('sums what floating point does not', () => {
    expect(sumAmounts([0.1, 0.2])).toBe(0.3);
    expect(sumAmounts([97, 90.5, 9.95, -10])).toBe(187.45);
    expect(amountDifference(0.3, 0.1)).toBe(0.2);
    expect(sumAmounts([])).toBe(0);
  });

  it('sums 500 amounts of up to 10^9 exactly', () => {
    fc.assert(
      fc.property(fc.array(units, { maxLength: 500 }), (amounts) => {
        const exact = amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
        expect(sumAmounts(amounts.map((amount) => amount / 10_000))).toBe(Number(exact) / 10_000);
      }),
      { numRuns: 50 },
    );
  });

  it('puts a share exactly on, under and over a limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 11 }), (part) => {
        const whole = (part * 100) / 10_000;
        expect(shareOf(part / 10_000, whole)).toBe(0.01);
        expect(shareOf((part + 1) / 10_000, whole)).toBeGreaterThan(0.01);
        expect(shareOf((part - 1) / 10_000, whole)).toBeLessThan(0.01);
      }),
    );
  });

  it('counts a part of nothing as all of it', () => {
    expect(shareOf(1, 0)).toBe(1);
    expect(shareOf(0, 0)).toBe(0);
    expect(shareOf(1, -5)).toBe(1);
  });
});
