import { describe, expect, it } from 'vitest';
import { surpriseOfShare } from '../../domain/surprise.js';

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
