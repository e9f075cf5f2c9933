import type { ConditionProblem } from './condition-fault.js';
import { type Token, tokensOf } from './condition-tokens.js';

const choice = (word: string) => `write test ? one : other instead of ${word}`;
const dotted = (name: string) => `write fact.${name}('a'), with a dot and parentheses`;

const joined: ReadonlyMap<string, string> = new Map([
  ['and', 'write && instead of AND'],
  ['or', 'write || instead of OR'],
  ['not', 'write ! instead of NOT: !(one == other)'],
  ['xor', 'write one != other instead of XOR'],
  ['is', 'write == instead of IS'],
  ['equals', 'write == instead of EQUALS'],
  ['between', 'write fact >= 1.0 && fact <= 2.0 instead of BETWEEN'],
  ['like', "write fact.startsWith('a'), .endsWith('a') or .contains('a') instead of LIKE"],
  ['if', choice('IF')],
  ['then', choice('THEN')],
  ['else', choice('ELSE')],
  ['when', 'leave out WHEN: a condition begins with what it asks'],
  ['contains', dotted('contains')],
  ['startswith', dotted('startsWith')],
  ['endswith', dotted('endsWith')],
]);

const quotes = 'write the text in straight quotes: \'a\' or "a"';
const currency = 'leave out the currency: amounts are plain numbers';
const minus = 'write - with the plain hyphen';

const signs: Readonly<Record<string, string>> = {
  '=': 'write == to compare; = alone means nothing here',
  ':=': 'write == to compare; := means nothing here',
  '===': 'write == instead of ===',
  '!==': 'write != instead of !==',
  '=>': 'write >= instead of =>',
  '=<': 'write <= instead of =<',
  '<>': 'write != instead of <>',
  '&': 'write && instead of &',
  '|': 'write || instead of |',
  '≥': 'write >= instead of ≥',
  '≤': 'write <= instead of ≤',
  '≠': 'write != instead of ≠',
  '×': 'write * instead of ×',
  '÷': 'write / instead of ÷',
  ...Object.fromEntries(Array.from('“”„‟‘’‚‛«»‹›`´', (sign) => [sign, quotes])),
  ...Object.fromEntries(Array.from('$€£¥', (sign) => [sign, currency])),
  ...Object.fromEntries(Array.from('−–—', (sign) => [sign, minus])),
  '#': 'a remark begins with //, not with #',
  ';': 'leave out the ;',
  '{': 'leave out { and }: a condition names facts as they are',
  '}': 'leave out { and }: a condition names facts as they are',
  '%': 'write a share as a decimal: 0.05 is 5 %',
};

const openers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const closers: ReadonlySet<string> = new Set(Object.values(openers));

const at = ({ start, end }: Token, message: string): ConditionProblem => ({ message, start, end });

/** Unbalanced parentheses and brackets. */
const bracketProblems = (tokens: readonly Token[]): ConditionProblem[] => {
  const open: Token[] = [];
  const problems: ConditionProblem[] = [];
  for (const token of tokens) {
    if (token.kind !== 'sign') continue;
    if (Object.hasOwn(openers, token.text)) open.push(token);
    if (!closers.has(token.text)) continue;
    const opener = open.at(-1);
    if (opener !== undefined && openers[opener.text] === token.text) open.pop();
    else problems.push(at(token, `this ${token.text} closes nothing that is open`));
  }
  if (problems.length > 0) return problems;
  return open.map((token) => at(token, `this ${token.text} is never closed`));
};

const isWord = (token: Token, before: Token | undefined, next: Token | undefined): boolean =>
  token.kind === 'name' && before?.text !== '.' && next?.text !== '.';

const wordProblem = (token: Token, before?: Token, next?: Token): string | undefined => {
  if (!isWord(token, before, next)) return undefined;
  const word = token.text.toLowerCase();
  if (word === 'not' && next?.text.toLowerCase() === 'in') {
    return "write !(fact in ['a', 'b']) instead of NOT IN";
  }
  if (word === 'in' && next?.text === '(') return "write in ['a', 'b'], with square brackets";
  const follows = next?.text.toLowerCase();
  if (word === 'is' && follows === 'not') return 'write != instead of IS NOT';
  if (word === 'not' && before?.text.toLowerCase() === 'is') return undefined;
  return joined.get(word);
};

const isAdjacent = (one: Token, other: Token | undefined): other is Token =>
  other !== undefined && one.end === other.start;

/** Whether the comma separates values of a list or arguments of a call. */
const isSeparating = (tokens: readonly Token[], index: number): boolean => {
  let depth = 0;
  for (let back = index - 1; back >= 0; back -= 1) {
    const { text } = tokens[back] ?? { text: '' };
    if (text === ')' || text === ']') depth += 1;
    if (text !== '(' && text !== '[') continue;
    if (depth === 0) return text === '[' || tokens[back - 1]?.kind === 'name';
    depth -= 1;
  }
  return false;
};

const commaProblem = (tokens: readonly Token[], index: number): string | undefined => {
  const [before, comma, next] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  if (comma?.text !== ',' || isSeparating(tokens, index)) return undefined;
  const isNumber = before?.kind === 'number' && next?.kind === 'number';
  if (!isNumber || !isAdjacent(before, comma) || !isAdjacent(comma, next)) {
    return 'a comma stands only between the values of a list; write && or ||';
  }
  const isThousand = /^\d{3}(\.\d+)?$/.test(next.text);
  return isThousand
    ? `write ${before.text}${next.text} instead of ${before.text},${next.text}: no comma in numbers`
    : `write ${before.text}.${next.text} instead of ${before.text},${next.text}: a decimal point`;
};

const numberProblem = (token: Token, before?: Token, next?: Token): string | undefined => {
  if (token.kind !== 'number') return undefined;
  if (before?.kind === 'number' && before.text !== '') {
    return 'write a number without blanks and with one point at most';
  }
  if (token.text.startsWith('.')) return `write 0${token.text} instead of ${token.text}`;
  if (isAdjacent(token, next) && next.text === '.') {
    return `write ${token.text}.0 instead of ${token.text}.`;
  }
  const isUnit = isAdjacent(token, next) && next.kind === 'name';
  return isUnit ? `write the number alone, without ${next.text.slice(0, 20)}` : undefined;
};

const split: ReadonlySet<string> = new Set(['> =', '< =', '! =', '= =', '& &', '| |', '< >']);

/** An operator of two characters that is split by a blank. */
const splitProblem = (token: Token, next?: Token): string | undefined => {
  const pair = `${token.text} ${next?.text ?? ''}`;
  return split.has(pair) ? `write ${pair.replace(' ', '')} without a blank` : undefined;
};

const signProblem = (token: Token, before?: Token): string | undefined => {
  if (token.kind !== 'sign') return undefined;
  if (token.text === '"' || token.text === "'") {
    return 'the text that begins here is not ended by the same quote';
  }
  // The first half of a split operator has already been reported.
  if (split.has(`${before?.text ?? ''} ${token.text}`)) return undefined;
  if (Object.hasOwn(signs, token.text)) return signs[token.text];
  if (/^[\w\s()[\].,?:!<>=&|+*/-]+$/.test(token.text)) return undefined;
  return `the sign ${token.text} means nothing here`;
};

/**
 * Common mistakes from other languages, spreadsheets and word processors, in a condition that the
 * parser has refused: all of them, in reading order.
 */
export const habitsIn = (when: string): ConditionProblem[] => {
  const tokens = tokensOf(when);
  const problems = tokens.flatMap((token, index) => {
    const [before, next] = [tokens[index - 1], tokens[index + 1]];
    const message =
      wordProblem(token, before, next) ??
      numberProblem(token, before, next) ??
      commaProblem(tokens, index) ??
      splitProblem(token, next) ??
      signProblem(token, before);
    return message === undefined ? [] : [at(token, message)];
  });
  const open = tokens.find(({ kind, text }) => kind === 'sign' && /^["']$/.test(text));
  // Nothing after an unclosed quote can be trusted.
  return open === undefined
    ? [...problems, ...bracketProblems(tokens)]
    : problems.filter(({ start }) => start <= open.start);
};
