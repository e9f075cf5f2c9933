import { maskCardNumbers } from '../domain/mask.js';
import { toStorable, withoutLastNumber } from '../domain/text.js';

/** Trimmed text cut to `maxLength` code points; undefined when blank, so that it is not sent. */
export const filled = (
  text: string | undefined,
  maxLength = Number.POSITIVE_INFINITY,
): string | undefined => {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return undefined;
  if (trimmed.length <= maxLength) return trimmed;
  return Array.from(trimmed).slice(0, maxLength).join('');
};

/** The value of a configured map under a text, whatever the case of either; own keys only. */
export const lookUp = <T>(map: Readonly<Record<string, T>>, text: string): T | undefined => {
  const key = text.trim().toLowerCase();
  return Object.entries(map).find(([name]) => name.toLowerCase() === key)?.[1];
};

/** Whether a configured list holds a text, whatever the case of either. */
export const isListed = (list: readonly string[], text: string): boolean => {
  const key = text.trim().toLowerCase();
  return list.some((entry) => entry.toLowerCase() === key);
};

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

/**
 * Reads the first `maxBytes` of a body as UTF-8, or as much as came before it broke off. Never
 * throws: it is for bodies without which the answer stands.
 */
export const readStart = async (
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let isWhole = false;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
    }
    isWhole = bytes <= maxBytes;
  } catch {
    // What came until then is all there is.
  }
  const text = Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
  return isWhole ? text : withoutLastNumber(text);
};
