import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surpriseOfCount, surpriseOfShare } from '../../domain/surprise.js';

describe('how surprising a share is', () => {
  it.each([
    ['nothing found', 0, 40, 0.1, 0],
    ['one of one that half are', 1, 1, 0.5, 0.3],
    ['ten of ten that half are: one in 1024', 10, 10, 0.5, 3],
    ['three of three that a tenth is: one in a thousand', 3, 3, 0.1, 3],
    // 1 - 0.9^10 - 10 × 0.1 × 0.9^9 = 0.264
    ['two of ten that a tenth is', 2, 10, 0.1, 0.6],
    ['what is usual', 4, 40, 0.1, 0.2],
    ['all of 200 that a twentieth is: beyond the scale', 200, 200, 0.05, 9],
  ])('%s', (_what, found, trials, usual, surprise) => {
    expect(surpriseOfShare(found, trials, usual)).toBe(surprise);
  });

  it('grows with what is found and falls with what is usual', () => {
    const found = Array.from({ length: 41 }, (_, count) => surpriseOfShare(count, 40, 0.2));
    expect(found).toEqual(found.toSorted((one, other) => one - other));
    const usual = [0.01, 0.05, 0.1, 0.3, 0.6, 0.9].map((share) => surpriseOfShare(9, 40, share));
    expect(usual).toEqual(usual.toSorted((one, other) => other - one));
  });
});

describe('how surprising a count is', () => {
  it.each([
    ['nothing', 0, 0.5, 0],
    ['one where one is usual', 1, 1, 0],
    // 1 - 2 / e = 0.264
    ['two where one is usual', 2, 1, 0.6],
    // 1 - e^-0.25 × (1 + 0.25 + 0.25^2 / 2) = 0.00216
    ['three where one in four days is usual', 3, 0.25, 2.7],
    ['less than is usual', 40, 60, 0],
    ['twice what is usual, of many', 2000, 1000, 9],
    ['one more than is usual, of so many that e^-5000 is 0 to a computer', 5001, 5000, 0.3],
    ['far beyond the scale', 60, 0.25, 9],
  ])('%s', (_what, found, expected, surprise) => {
    expect(surpriseOfCount(found, expected)).toBe(surprise);
  });

  it('grows with what is found and falls with what is usual', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        fc.double({ min: 0.01, max: 2000, noNaN: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (found, expected, times) => {
          const surprise = surpriseOfCount(found, expected);
          expect(surprise).toBeGreaterThanOrEqual(0);
          expect(surprise).toBeLessThanOrEqual(9);
          expect(surpriseOfCount(found + 1, expected)).toBeGreaterThanOrEqual(surprise);
          expect(surpriseOfCount(found, expected * times)).toBeLessThanOrEqual(surprise);
        },
      ),
    );
  });
});
