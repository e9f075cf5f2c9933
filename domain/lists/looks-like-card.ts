import { maskCardNumbers } from '../mask.js';

/**
 * Whether the text contains a card number. Unlike the masking of prose, this also finds numbers
 * with other marks between the digits, full-width digits and invisible characters.
 */
export const looksLikeCard = (text: string): boolean => {
  const plain = text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '');
  const digitsApart = plain.replaceAll(/(?<=\d)[._/:|,+]+(?=\d)/g, ' ');
  return [plain, digitsApart].some((form) => maskCardNumbers(form) !== form);
};
