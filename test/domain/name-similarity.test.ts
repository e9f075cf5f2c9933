import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameSimilarity } from '../../domain/name-similarity.js';

describe('nameSimilarity', () => {
  it.each([
    ['Dana Whitfield', 'dana whitfield'],
    ['WHITFIELD/DANA', 'Dana Whitfield'],
    ['Dana M Whitfield', 'Dana Whitfield'],
    ['D Whitfield', 'Dana Whitfield'],
    ['Ms. Dana Whitfield Jr', 'Dana Whitfield'],
    ['DANAWHITFIELD', 'Dana Whitfield'],
    ['Whitfield', 'Dana Whitfield'],
    ['José Núñez', 'Jose Nunez'],
    ['Jon Smyth', 'John Smith'],
    ['María García López de la Cruz', 'Maria Garcia'],
  ])('takes %j and %j for one person', (one, other) => {
    expect(nameSimilarity(one, other)).toBeGreaterThanOrEqual(0.6);
  });

  it.each([
    ['Dana Whitfield', 'John Whitfield'],
    ['Ann Smith', 'Bob Jones'],
    ['', 'Dana Whitfield'],
    ['Dana Whitfield', ' '],
    ['', ''],
    ['Store card', 'Dana Whitfield'],
  ])('takes %j and %j for different people', (one, other) => {
    expect(nameSimilarity(one, other)).toBeLessThan(0.6);
  });

  it('is symmetric, bounded and 1 for a name and itself', () => {
    const name = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(name, name, (one, other) => {
        const similarity = nameSimilarity(one, other);
        expect(similarity).toBeCloseTo(nameSimilarity(other, one), 10);
        expect(similarity).toBeGreaterThanOrEqual(0);
        expect(similarity).toBeLessThanOrEqual(1);
        expect([0, 1]).toContain(nameSimilarity(one, one));
      }),
    );
  });

  it('stays quick on names of a megabyte', () => {
    const long = 'abcdefghij '.repeat(100_000);
    const startMs = performance.now();
    nameSimilarity(long, `${long}x`);
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});
