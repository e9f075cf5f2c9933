import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from './expression-parts.js';

/** A range of a condition's text; offsets count characters, and `end` is exclusive. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/** The ranges of literals: parentheses inside them do not count. */
const literalRanges = (root: ASTNode): SourceRange[] => {
  const ranges: SourceRange[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.op === 'value') ranges.push(node.range);
    else pending.push(...childrenOf(node));
  }
  return ranges;
};

/** Every pair of parentheses in the text. */
const pairsIn = (text: string, literals: readonly SourceRange[]): SourceRange[] => {
  const ends = new Map(literals.map(({ start, end }) => [start, end]));
  const open: number[] = [];
  const pairs: SourceRange[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const literalEnd = ends.get(index);
    if (literalEnd !== undefined) {
      index = literalEnd - 1;
    } else if (text.startsWith('//', index)) {
      const lineEnd = text.indexOf('\n', index);
      index = lineEnd < 0 ? text.length : lineEnd;
    } else if (text[index] === '(') {
      open.push(index);
    } else if (text[index] === ')') {
      const start = open.pop();
      if (start !== undefined) pairs.push({ start, end: index + 1 });
    }
  }
  return pairs;
};

/**
 * cel-js excludes an operand's outer parentheses from its range: the range of `(a + b) * c` begins
 * at `a`. The returned function widens a range until its parentheses balance.
 */
export const wholeRangesOf = (root: ASTNode): ((range: SourceRange) => SourceRange) => {
  // Innermost pairs first: widening by an inner pair may cut into an outer one.
  const pairs = pairsIn(root.input, literalRanges(root));
  return (range) => {
    let { start, end } = range;
    for (const pair of pairs) {
      const isCut = pair.start < end && pair.end > start && !(pair.start < start && pair.end > end);
      if (!isCut) continue;
      start = Math.min(start, pair.start);
      end = Math.max(end, pair.end);
    }
    return { start, end };
  };
};
