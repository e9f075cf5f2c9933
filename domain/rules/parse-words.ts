import type { ConditionProblem } from './condition-fault.js';
import { type Token, tokensOf } from './condition-tokens.js';
import { habitsIn } from './habits.js';

/** The parser's error without its message. */
export interface ParseFault {
  readonly code: string;
  /** The parser's message, used only to find the name of a limit. */
  readonly summary: string;
  readonly start: number;
  readonly end: number;
}

const longNumber = 'cannot be read as a number; write 5.0 or 0.5';
const escape = "this \\ begins no escape that there is; write \\\\ for one, or r'…'";

/** Errors in a literal, where the place says enough. */
const ofValues: Readonly<Record<string, string>> = {
  invalid_number: longNumber,
  invalid_integer: longNumber,
  invalid_hex_integer: longNumber,
  invalid_exponent: 'an exponent has digits: 1e3',
  newline_in_string: 'a text ends on the line that it begins on',
  unterminated_string: 'the text that begins here is not ended by the same quote',
  unterminated_triple_quoted_string: 'the text that begins here is not ended by three quotes',
  bytes_unicode_escape: escape,
  invalid_unicode_escape: escape,
  invalid_unicode_surrogate: escape,
  invalid_hex_escape: escape,
  invalid_octal_escape: escape,
  octal_escape_out_of_range: escape,
  invalid_escape_sequence: escape,
  reserved_identifier: 'this word is kept by the language and is no fact',
  invalid_macro_argument: 'nothing loops in a condition; only startsWith, endsWith, contains are',
};

const limitWords: Readonly<Record<string, string>> = {
  maxAstNodes: 'the condition has more than 300 parts; split it into cases',
  maxDepth: 'the condition is nested more than 30 levels deep',
  maxListElements:
    'a list written out may have 200 elements; keep a longer one apart, as list("name")',
  maxMapEntries: 'a condition holds no maps',
  maxCallArguments: 'a function takes one value here',
};

const limitOf = (summary: string): string => {
  const name = Object.keys(limitWords).find((known) => summary.includes(known));
  return (name !== undefined && limitWords[name]) || 'the condition is too large';
};

const isOperand = (token: Token): boolean => token.kind !== 'sign' || /^[([]$/.test(token.text);

const endsOperand = (token: Token | undefined): boolean =>
  token !== undefined &&
  token.text !== 'in' &&
  (token.kind !== 'sign' || /^[)\]]$/.test(token.text));

/** Describes where the parser stopped, by the text there and before it. */
const standing = (when: string, start: number): string => {
  const tokens = tokensOf(when);
  const index = tokens.findIndex(({ end }) => end > start);
  const token = tokens[index];
  const before = index < 0 ? tokens.at(-1) : tokens[index - 1];
  if (token === undefined) {
    return before === undefined
      ? 'the condition is empty'
      : `the condition ends behind ${before.text.slice(0, 20)}, where something must follow`;
  }
  if (isOperand(token) && endsOperand(before)) {
    return 'a sign is missing before this, such as && or || or ==';
  }
  if (before === undefined) return `a condition cannot begin with ${token.text}`;
  if (token.text === ':' || token.text === '?') return 'a choice is written test ? one : other';
  return `a fact or a value is missing before ${token.text.slice(0, 20)}`;
};

/**
 * Problems of a condition that the parser refused, in our own words: all common mistakes in it,
 * else the text where the parser stopped.
 */
export const wordsOfParse = (when: string, fault: ParseFault): readonly ConditionProblem[] => {
  const { code, summary, start, end } = fault;
  if (code === 'limit_exceeded') return [{ message: limitOf(summary), start, end }];
  const habits = habitsIn(when);
  if (habits.length > 0) return habits;
  const message = ofValues[code] ?? standing(when, start);
  return [{ message, start: Math.min(start, when.length), end: Math.min(end, when.length) }];
};
