import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLuhnValid } from '../../domain/luhn.js';
import { maskCardNumbers, maskPan } from '../../domain/mask.js';

const cards = ['4111111111111111', '378282246310005', '6011111111111117', '5555555555554444'];

/** Every window of whole digit groups that a reader would take for a card number. */
const readableCards = (text: string): string[] =>
  (text.match(/\d(?:[ -]*\d)*/g) ?? []).flatMap((run) => {
    const groups = run.match(/\d+/g) ?? [];
    return groups.flatMap((_, first) =>
      groups.map((__, last) => groups.slice(first, last + 1).join('')),
    );
  });

const leaks = (text: string): string[] =>
  readableCards(text).filter(
    (digits) => digits.length >= 12 && digits.length <= 19 && isLuhnValid(digits),
  );

describe('maskCardNumbers', () => {
  it.each([
    ['4111111111111111', '411111*1111'],
    ['card 4111 1111 1111 1111, thanks', 'card 411111*1111, thanks'],
    ['4111-1111-1111-1111', '411111*1111'],
    ['4111 - 1111  1111-1111', '411111*1111'],
    ['4111\u00a01111\u20111111 1111', '411111*1111'],
    ['amex 378282246310005!', 'amex 378282*0005!'],
    ['2 4111111111111111', '2 411111*1111'],
    ['4111111111111111 12/29', '411111*1111 12/29'],
    ['x4111111111111111y5555555555554444', 'x411111*1111y555555*4444'],
    ['000000000000', '000000*0000'],
  ])('masks %j', (text, masked) => {
    expect(maskCardNumbers(text)).toBe(masked);
  });

  it.each([
    '',
    'no digits',
    '4111111111111112',
    'order 81004517 of 2026-11-20',
    '4242 4242 424',
    '41111111111111110000000',
    '411111*1111',
  ])('leaves %j as it is', (text) => {
    expect(maskCardNumbers(text)).toBe(text);
  });

  it('masks the given number even where it fails Luhn or hides in a longer run', () => {
    expect(maskCardNumbers('6035000000000001', '6035000000000001')).toBe('603500*0001');
    expect(maskCardNumbers('id 00041111111111111110', '4111111111111111')).toBe(
      'id 000411111*11110',
    );
    expect(maskPan('4111 1111 1111 1111 and 5555555555554444', '4111111111111111')).toBe(
      '411111*1111 and 5555555555554444',
    );
  });

  it('masks overlapping candidates as one, so that no more than ten digits stay', () => {
    const text = '4111 1111 1111 1111 5555 5555 5555 4444';
    expect((maskCardNumbers(text).match(/\d/g) ?? []).length).toBeLessThanOrEqual(20);
    expect(leaks(maskCardNumbers(text))).toEqual([]);
  });

  it('never leaves a readable card number', () => {
    const group = fc.stringMatching(/^\d{1,9}$/);
    const piece = fc.oneof(group, fc.constantFrom(...cards, ' ', '-', 'x', ' - ', '*', '.'));
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.option(fc.constantFrom(...cards), { nil: undefined }), (value, pan) => {
        const masked = maskCardNumbers(value, pan);
        expect(leaks(masked)).toEqual([]);
        expect(masked.replaceAll(/[ -]/g, '')).not.toContain(pan ?? 'no card');
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps its time linear on hostile texts', () => {
    const hostile = ['1 '.repeat(50_000), '0'.repeat(100_000), '4111 '.repeat(20_000)];
    for (const text of [...hostile, `1${' '.repeat(100_000)}`, '1-'.repeat(50_000)]) {
      const startMs = performance.now();
      maskCardNumbers(text, '4111111111111111');
      expect(performance.now() - startMs).toBeLessThan(3000);
    }
  });
});
