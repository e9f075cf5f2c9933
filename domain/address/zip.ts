import type { Address } from '../../contracts/hbc/credit-card.js';
import { countryOf } from '../country.js';
import { normaliseWords } from '../text.js';

type Postal = Pick<Address, 'zip' | 'country'>;

/**
 * A US code and what may follow it, as spreadsheets and clerks leave them: the state before it, its
 * first zeros lost, four more digits with or without a mark. The lowest code of all is 00501.
 */
const usForm = /^\s*(?:[a-z]{2}[\s-]*)?(\d{3,5})(?:\.0+)?(?:[\s-]+(\d{4})?\s*)?$/i;
const usDigits = /^\s*(\d{3,5})(\d{4})\s*$/;

interface UsCode {
  readonly five: string;
  readonly four: string | undefined;
}

/** Undefined for what is no code of the United States. */
const usCodeOf = ({ zip, country }: Postal): UsCode | undefined => {
  if (zip.length > 40 || countryOf(country) !== 'US') return undefined;
  const text = zip.normalize('NFKC').replaceAll(/\p{Pd}/gu, '-');
  const [, five, four] = usForm.exec(text) ?? usDigits.exec(text) ?? [];
  return five === undefined ? undefined : { five: five.padStart(5, '0'), four };
};

/**
 * A postal code as codes are compared. ZIP+4 says nothing new of the place, zeros that a US code
 * has lost are there again, and Canadian codes are written with and without a space.
 */
export const zipKeyOf = (postal: Postal): string => {
  if (/^\d{5}$/.test(postal.zip)) return postal.zip;
  const us = usCodeOf(postal);
  if (us !== undefined) return us.five;
  const key = normaliseWords(postal.zip).replaceAll(' ', '');
  return /^\d{9}$/.test(key) ? key.slice(0, 5) : key;
};

/** A postal code as it was given; one of the United States with the zeros that it has lost. */
export const restoreZeros = (postal: Postal): string => {
  const us = usCodeOf(postal);
  if (us === undefined) return postal.zip;
  return us.four === undefined ? us.five : `${us.five}-${us.four}`;
};
