import { maskCardNumbers } from '../domain/mask.js';

/** What Postgres cannot hold. With the flag u only surrogates that stand alone match. */
const unstorable = /[\0\p{Surrogate}]/gu;

/**
 * A partner's own text as it is kept and shown: NUL and lone surrogates as U+FFFD, card numbers
 * masked, cut to `maxLength` code points. Each text of a partner that is kept goes through here.
 */
export const shown = (text: string, maxLength: number): string => {
  const whole = maskCardNumbers(text.replaceAll(unstorable, '\ufffd'));
  return whole.length <= maxLength ? whole : Array.from(whole).slice(0, maxLength).join('');
};
