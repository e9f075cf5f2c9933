import { describe, expect, it } from 'vitest';
import { hasMoreParts, jsonPartsMax } from '../../contracts/json-parts.js';
import { largestOrder, units } from '../support/large-bodies.js';

describe('the values of a JSON text', () => {
  it.each([
    ['[1,2,3]', 4],
    ['{"a":[],"b":{"c":1,"d":2}}', 6],
    [String.raw`["a,[{","\",[","\\",1]`, 5],
    ['["no end, [', 2],
  ])('are counted without what stands in its strings: %s', (text, parts) => {
    expect(hasMoreParts(text, parts)).toBe(false);
    expect(hasMoreParts(text, parts - 1)).toBe(true);
  });

  it('are fewer in the largest order than a body may have', () => {
    expect(hasMoreParts(JSON.stringify(largestOrder(units.words)), jsonPartsMax / 4)).toBe(false);
  });
});
