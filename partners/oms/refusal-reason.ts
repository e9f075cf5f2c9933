import { maskCardNumbers } from '../../domain/mask.js';
import { withoutLastNumber } from '../../domain/text.js';

/** Enough for a person to understand a refusal; more would only carry more personal data. */
const reasonMaxLength = 500;

/** Elements of a list of errors that are told. */
const elementsMax = 3;

/** Errors are nested in lists and objects at most this deep by anybody who means well. */
const depthMax = 4;

/**
 * White space, control and format characters, lone surrogates, and what was not UTF-8: gaps, all
 * of them, so that none can hide a card number from the mask.
 */
const gap = /[\s\p{Cc}\p{Cf}\p{Cs}\ufffd]+/gu;

/** What an error in JSON says of itself; undefined when it has none of the usual names. */
const said = (value: unknown, depth = 0): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth === depthMax) return undefined;
  if (Array.isArray(value)) {
    const texts = value.slice(0, elementsMax).flatMap((inner) => said(inner, depth + 1) ?? []);
    return texts.length > 0 ? texts.join('; ') : undefined;
  }
  const { message, error, reason } = value as Readonly<Record<string, unknown>>;
  return [message, error, reason]
    .map((inner) => said(inner, depth + 1))
    .find((text) => text !== undefined && text.trim() !== '');
};

const saidIn = (body: string): string => {
  try {
    return said(JSON.parse(body)) ?? body;
  } catch {
    return body;
  }
};

const cut = (text: string): string => {
  const characters = Array.from(text);
  return characters.length <= reasonMaxLength
    ? text
    : withoutLastNumber(characters.slice(0, reasonMaxLength).join(''));
};

/**
 * Why OMS refused, as one line of plain text of at most 500 characters: the error's own words
 * where the body is JSON, else the body. Card numbers are masked. Null when it says nothing.
 */
export const refusalReason = (body: string): string | null => {
  const line = saidIn(body).replaceAll(gap, ' ').trim();
  return cut(maskCardNumbers(line)) || null;
};
