import { isUuid } from '../../contracts/uuid.js';
import { maskCardNumbers } from '../mask.js';

/** The 32 hexadecimal digits of a UUID without its dashes, as many systems write them. */
const plainUuid = /^[0-9a-f]{32}$/i;

/**
 * Whether the text contains a card number. Unlike the masking of prose, this also finds numbers
 * with other marks between the digits, full-width digits and invisible characters. A text that is
 * one UUID contains none: the digits of one in two hundred pass Luhn by chance.
 */
export const looksLikeCard = (text: string): boolean => {
  if (isUuid(text) || plainUuid.test(text)) return false;
  const plain = text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '');
  const digitsApart = plain.replaceAll(/(?<=\d)[._/:|,+]+(?=\d)/g, ' ');
  return [plain, digitsApart].some((form) => maskCardNumbers(form) !== form);
};
