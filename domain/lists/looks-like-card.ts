import { maskCardNumbers } from '../mask.js';

/**
 * Whether a card number stands in the text, also with marks between its digits that the masking of
 * prose leaves alone, in full-width digits, or with invisible characters.
 */
export const looksLikeCard = (text: string): boolean => {
  const plain = text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '');
  const digitsApart = plain.replaceAll(/(?<=\d)[._/:|,+]+(?=\d)/g, ' ');
  return [plain, digitsApart].some((form) => maskCardNumbers(form) !== form);
};
