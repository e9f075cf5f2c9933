/** A token of a condition's text; offsets count characters, `end` is exclusive. */
export interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const remark = /\s+|\/\/[^\n]*/y;
const quoted = /[rRbB]?("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/y;
const number = /0[xX][0-9a-fA-F]+|(?:\d+\.\d+|\d+|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const sign = /===|!==|&&|\|\||[=!<>]=|=[<>]|<>|:=|[\s\S]/uy;

const kinds = [
  ['text', quoted],
  ['number', number],
  ['name', name],
  ['sign', sign],
] as const;

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

/** `.5` begins a number only when no name precedes it. */
const isPartOfName = (tokens: readonly Token[], at: number): boolean => {
  const last = tokens.at(-1);
  return last !== undefined && last.end === at && (last.kind === 'name' || last.text === ')');
};

const tokenAt = (text: string, at: number, before: readonly Token[]): Token => {
  for (const [kind, pattern] of kinds) {
    const found = matchAt(pattern, text, at);
    if (found === undefined) continue;
    if (kind === 'number' && found.startsWith('.') && isPartOfName(before, at)) continue;
    return { kind, text: found, start: at, end: at + found.length };
  }
  return { kind: 'sign', text: text[at] ?? '', start: at, end: at + 1 };
};

/**
 * Splits a condition into tokens, however wrong it is, so that `habitsIn` can find common mistakes
 * where the parser only stops. Blanks and comments are left out. Never throws.
 */
export const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const passed = matchAt(remark, text, at);
    if (passed !== undefined && passed.length > 0) {
      at += passed.length;
      continue;
    }
    const token = tokenAt(text, at, tokens);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
};
