import type { Address } from '../../contracts/hbc/credit-card.js';
import { countryOf } from '../country.js';
import { normaliseWords } from '../text.js';

type Postal = Pick<Address, 'zip' | 'country'>;

/**
 * A US code in the forms that spreadsheets and clerks produce: after the state, without leading
 * zeros, with four more digits and with or without a dash. The lowest code in use is 00501.
 */
const usForm = /^\s*(?:[a-z]{2}[\s-]*)?(\d{3,5})(?:\.0+)?(?:[\s-]+(\d{4})?\s*)?$/i;
const usDigits = /^\s*(\d{3,5})(\d{4})\s*$/;

interface UsCode {
  readonly five: string;
  readonly four: string | undefined;
}

/** Undefined for anything but a US code. */
const usCodeOf = ({ zip, country }: Postal): UsCode | undefined => {
  if (zip.length > 40 || countryOf(country) !== 'US') return undefined;
  const text = zip.normalize('NFKC').replaceAll(/\p{Pd}/gu, '-');
  const [, five, four] = usForm.exec(text) ?? usDigits.exec(text) ?? [];
  return five === undefined ? undefined : { five: five.padStart(5, '0'), four };
};

/**
 * A postal code in the form in which codes are compared: without +4, with the leading zeros of a US
 * code restored, without the space of a Canadian code.
 */
export const zipKeyOf = (postal: Postal): string => {
  if (/^\d{5}$/.test(postal.zip)) return postal.zip;
  const us = usCodeOf(postal);
  if (us !== undefined) return us.five;
  const key = normaliseWords(postal.zip).replaceAll(' ', '');
  return /^\d{9}$/.test(key) ? key.slice(0, 5) : key;
};

/** The postal code as given; a US code gets its lost leading zeros back. */
export const restoreZeros = (postal: Postal): string => {
  const us = usCodeOf(postal);
  if (us === undefined) return postal.zip;
  return us.four === undefined ? us.five : `${us.five}-${us.four}`;
};
