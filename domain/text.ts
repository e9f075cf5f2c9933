/** Lower-case Latin letters and digits without accents, separated by single spaces. */
export const normaliseWords = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Characters that Postgres cannot store. With the flag u only lone surrogates match. */
const unstorable = /[\0\p{Surrogate}]/gu;

/** A text that Postgres can store: NUL and lone surrogates become U+FFFD. */
export const toStorable = (text: string): string => text.replaceAll(unstorable, '\ufffd');

/** Digits, and the characters that people write between the groups of a card number. */
const numberCharacter = /[\d\s\p{Pd}]/u;

/**
 * Drops the digits at the end of a cut text: they may begin a card number that no mask would
 * recognise.
 */
export const withoutLastNumber = (text: string): string => {
  let end = text.length;
  while (end > 0 && numberCharacter.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
};
