import type { Address } from '../../contracts/hbc/credit-card.js';
import { isDirection } from './even-words.js';
import { placeOf } from './place-key.js';

/**
 * Equal for all flats of a house, and for most ways to mistype its street: only the house number,
 * the first letter of the street's name, postal code and country count. So two houses of one postal
 * code may share it, which is rare. Undefined without a number or a postal code.
 */
export const houseKeyOf = (address: Address): string | undefined => {
  const { street, zip, country } = placeOf(address);
  const at = street.house.findIndex((word) => /^\d/.test(word));
  const number = /^\d+/.exec(street.house[at] ?? '')?.[0];
  if (number === undefined || zip === '') return undefined;
  const name = street.house.find((word, index) => index !== at && !isDirection(word)) ?? '';
  const [initial = ''] = Array.from(name);
  return `${number}|${initial}|${zip}|${country}`;
};
