import { maskCardNumbers } from '../domain/mask.js';
import { toStorable, withoutLastNumber } from '../domain/text.js';

/** Trimmed text cut to `maxLength` code points; undefined when blank, so that it is left out. */
export const filled = (
  text: string | undefined,
  maxLength = Number.POSITIVE_INFINITY,
): string | undefined => {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return undefined;
  if (trimmed.length <= maxLength) return trimmed;
  return Array.from(trimmed).slice(0, maxLength).join('');
};

/** The value of a configured map for a text, in any letter case; own keys only. */
export const lookUp = <T>(map: Readonly<Record<string, T>>, text: string): T | undefined => {
  const key = text.trim().toLowerCase();
  return Object.entries(map).find(([name]) => name.toLowerCase() === key)?.[1];
};

/** Whether a configured list contains a text, in any letter case. */
export const isListed = (list: readonly string[], text: string): boolean => {
  const key = text.trim().toLowerCase();
  return list.some((entry) => entry.toLowerCase() === key);
};

/**
 * A partner's text in the form in which it is stored and displayed: NUL and lone surrogates as
 * U+FFFD, card numbers masked, cut to `maxLength` code points. Every stored text passes through
 * here.
 */
export const storedText = (text: string, maxLength: number): string => {
  // Cut before masking, so that a long text costs no more than what may be stored of it. A cut card
  // number no longer passes Luhn, so trailing digits are dropped too.
  const enough = 2 * maxLength;
  const start = text.length > enough ? withoutLastNumber(text.slice(0, enough)) : text;
  const whole = maskCardNumbers(toStorable(start));
  return whole.length <= maxLength ? whole : Array.from(whole).slice(0, maxLength).join('');
};

/**
 * Reads the first `maxBytes` of a body as UTF-8, or what arrived before it broke off. Never throws:
 * it serves bodies that are optional.
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
    // The stream broke; what arrived before is the result.
  }
  const text = Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
  return isWhole ? text : withoutLastNumber(text);
};
