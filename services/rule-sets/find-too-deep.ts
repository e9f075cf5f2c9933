import { CST, Lexer } from 'yaml';

/** A rule set has four levels of its own; lists inside a rule add two. */
const flowDepthMax = 20;
const blockColumnMax = 200;

/** The lexer's marks that stand for no character of the text. */
const marks: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

const opening: ReadonlySet<string> = new Set(['[', '{']);
const closing: ReadonlySet<string> = new Set([']', '}']);
const blockIndicators: ReadonlySet<string> = new Set(['-', '?', ':']);

/**
 * Where a YAML text is nested too deeply, as an offset; undefined when it is not. The parser calls
 * itself for each level, and its stack can end the whole process; the lexer needs no stack. Outside
 * brackets a level needs a column of its own, so that the column bounds the depth.
 */
export const findTooDeep = (text: string): number | undefined => {
  let offset = 0;
  let lineStart = 0;
  let depth = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    const isContent = isScalar;
    isScalar = token === CST.SCALAR;
    if (marks.has(token)) continue;
    if (!isContent) {
      if (opening.has(token)) depth += 1;
      if (closing.has(token)) depth = Math.max(0, depth - 1);
      const isFar = offset - lineStart > blockColumnMax && blockIndicators.has(token);
      if (depth > flowDepthMax || (depth === 0 && isFar)) return offset;
    }
    offset += token.length;
    const lastBreak = token.lastIndexOf('\n');
    if (lastBreak >= 0) lineStart = offset - (token.length - lastBreak - 1);
  }
  return undefined;
};
