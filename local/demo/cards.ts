import type { Random } from './random.js';

/** A card of an order. */
export interface TestCard {
  readonly cardType: string;
  readonly cardNumber: string;
}

/** First four digits and lengths of test numbers that card networks and processors publish. */
const testRanges = [
  { cardType: 'visa', prefix: '4000', length: 16, share: 5 },
  { cardType: 'mastercard', prefix: '5555', length: 16, share: 3 },
  { cardType: 'amex', prefix: '3782', length: 15, share: 2 },
  { cardType: 'discover', prefix: '6011', length: 16, share: 1 },
] as const;

const deck = testRanges.flatMap((range) => Array.from({ length: range.share }, () => range));

/** Appends the check digit by ISO/IEC 7812 (Luhn). */
export const withCheckDigit = (digits: string): string => {
  const latestFirst = Array.from(digits, Number).toReversed();
  const sum = latestFirst.reduce((total, digit, index) => {
    const value = digit * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
};

const complete = (random: Random, prefix: string, length: number): string => {
  const missing = Array.from({ length: length - 1 - prefix.length }, () => random.whole(0, 9));
  return withCheckDigit(`${prefix}${missing.join('')}`);
};

/** A made-up number of a test range: every shopper has a card of their own. */
export const makeTestCard = (random: Random): TestCard => {
  const { cardType, prefix, length } = random.pick(deck);
  return { cardType, cardNumber: complete(random, prefix, length) };
};

/**
 * A made-up store card. ISO/IEC 7812 leaves numbers that begin with 9 to national bodies, so no
 * card network uses them. They have 100,000 ranges, so that a long load does not look like an
 * attack on one range.
 */
export const makeStoreCard = (random: Random): TestCard => ({
  cardType: 'store card',
  cardNumber: complete(random, '9', 16),
});
