import { cardBrandOf } from '../card-brand.js';
import { isLuhnValid } from '../luhn.js';

/** The usual length of a network's numbers; 16 for all others. */
const lengthOf = (first6: string): number => {
  const brand = cardBrandOf(first6);
  if (brand === 'american_express') return 15;
  return brand === 'diners' ? 14 : 16;
};

/**
 * A number with these first six and last four digits, in place of one that is not known: of the
 * network's usual length, and valid, as the number of a card that a shop charged was. It is parsed
 * and masked like a number, and never becomes a token.
 */
export const standInNumber = (first6: string, last4: string): string => {
  const between = lengthOf(first6) - first6.length - last4.length;
  const numbers = Array.from(
    { length: 10 },
    (_, digit) => `${first6}${'0'.repeat(between - 1)}${digit}${last4}`,
  );
  return numbers.find(isLuhnValid) ?? '';
};
