import type { Random } from './random.js';

/** A card as an order carries it. */
export interface TestCard {
  readonly cardType: string;
  readonly cardNumber: string;
}

/**
 * The first four digits of numbers that card networks and processors publish for tests, and how
 * long their numbers are.
 */
const testRanges = [
  { cardType: 'visa', prefix: '4000', length: 16, share: 5 },
  { cardType: 'mastercard', prefix: '5555', length: 16, share: 3 },
  { cardType: 'amex', prefix: '3782', length: 15, share: 2 },
  { cardType: 'discover', prefix: '6011', length: 16, share: 1 },
] as const;

const deck = testRanges.flatMap((range) => Array.from({ length: range.share }, () => range));

/** The number that begins so, with its last digit by ISO/IEC 7812 (Luhn). */
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
 * A made-up card of the store itself. Numbers that begin with 9 are left to national bodies by
 * ISO/IEC 7812 and to no card network; there are 100,000 ranges of them, so that a long load looks
 * like no run on one range.
 */
export const makeStoreCard = (random: Random): TestCard => ({
  cardType: 'store card',
  cardNumber: complete(random, '9', 16),
});
