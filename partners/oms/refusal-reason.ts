import { maskCardNumbers } from '../../domain/mask.js';
import { withoutLastNumber } from '../../domain/text.js';

/** Enough to understand a refusal; a longer text would only carry more personal data. */
const reasonMaxLength = 500;

/** Errors reported of a list. */
const elementsMax = 3;

/** Depth limit of nested errors; no honest error is deeper. */
const depthMax = 4;

/**
 * White space, control and format characters, lone surrogates and invalid UTF-8. All count as gaps,
 * so that none can hide a card number from the mask.
 */
const gap = /[\s\p{Cc}\p{Cf}\p{Cs}\ufffd]+/gu;

/** The message of an error in JSON; undefined without any of the usual names. */
const messageOf = (value: unknown, depth = 0): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth === depthMax) return undefined;
  if (Array.isArray(value)) {
    const texts = value.slice(0, elementsMax).flatMap((inner) => messageOf(inner, depth + 1) ?? []);
    return texts.length > 0 ? texts.join('; ') : undefined;
  }
  const { message, error, reason } = value as Readonly<Record<string, unknown>>;
  return [message, error, reason]
    .map((inner) => messageOf(inner, depth + 1))
    .find((text) => text !== undefined && text.trim() !== '');
};

const messageIn = (body: string): string => {
  try {
    return messageOf(JSON.parse(body)) ?? body;
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
 * The reason for a refusal by OMS as one line of at most 500 characters: the error's message when
 * the body is JSON, else the body. Card numbers are masked. Null without a text.
 */
export const refusalReason = (body: string): string | null => {
  const line = messageIn(body).replaceAll(gap, ' ').trim();
  return cut(maskCardNumbers(line)) || null;
};
