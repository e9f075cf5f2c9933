/** Lower-case Latin letters and digits, without accents, parted by single spaces. */
export const normaliseWords = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** What Postgres cannot hold. With the flag u only surrogates that stand alone match. */
const unstorable = /[\0\p{Surrogate}]/gu;

/** A text as it can be stored: NUL and lone surrogates as U+FFFD. */
export const toStorable = (text: string): string => text.replaceAll(unstorable, '\ufffd');

/** Digits, and what people write between the groups of a card number. */
const numberCharacter = /[\d\s\p{Pd}]/u;

/**
 * A text that was cut, without the digits at its end: they may be the beginning of a card number,
 * which no mask would know any more.
 */
export const withoutLastNumber = (text: string): string => {
  let end = text.length;
  while (end > 0 && numberCharacter.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
};
