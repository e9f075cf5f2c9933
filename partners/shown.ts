import { maskCardNumbers } from '../domain/mask.js';
import { toStorable, withoutLastNumber } from '../domain/text.js';

/**
 * A partner's own text as it is kept and shown: NUL and lone surrogates as U+FFFD, card numbers
 * masked, cut to `maxLength` code points. Each text of a partner that is kept goes through here.
 */
export const shown = (text: string, maxLength: number): string => {
  // Before the mask: no more is read of a long text than may be kept of it. What a cut leaves of a
  // card number no mask would know, so that digits at the end go too.
  const enough = 2 * maxLength;
  const start = text.length > enough ? withoutLastNumber(text.slice(0, enough)) : text;
  const whole = maskCardNumbers(toStorable(start));
  return whole.length <= maxLength ? whole : Array.from(whole).slice(0, maxLength).join('');
};
