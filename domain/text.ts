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
