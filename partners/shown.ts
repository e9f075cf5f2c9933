import { maskCardNumbers } from '../domain/mask.js';
import { toStorable } from '../domain/text.js';

/**
 * A partner's own text as it is kept and shown: NUL and lone surrogates as U+FFFD, card numbers
 * masked, cut to `maxLength` code points. Each text of a partner that is kept goes through here.
 */
export const shown = (text: string, maxLength: number): string => {
  const whole = maskCardNumbers(toStorable(text));
  return whole.length <= maxLength ? whole : Array.from(whole).slice(0, maxLength).join('');
};
