import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { RuleProblem } from '../rules/rule-set-error.js';

/** What one stretch of a scalar's source stands for in its value. */
interface Piece {
  /** The character or characters of the value; blank for what folding may change. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const isBlank = (character: string): boolean => /^[ \t\r\n]*$/.test(character);

/** Escapes of double-quoted scalars with a code in hexadecimal, by the number of its digits. */
const codeDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Escapes whose value is blank: it is skipped on both sides. */
const blankEscapes: ReadonlySet<string> = new Set(['n', 't', 'r', ' ', '\t', '\n', '\r']);

const escaped = (source: string, start: number): Piece => {
  const letter = source[start + 1] ?? '';
  const digits = codeDigits[letter];
  if (digits !== undefined) {
    const end = start + 2 + digits;
    const code = Number.parseInt(source.slice(start + 2, end), 16);
    return { value: String.fromCodePoint(code), start, end };
  }
  // Any other escape stands for one character; which one does not matter here.
  return { value: blankEscapes.has(letter) ? ' ' : 'x', start, end: start + 2 };
};

/** The part of the source that holds the value: without quotes, and without a block's header. */
const contentOf = (source: string): readonly [start: number, end: number] => {
  if (source.startsWith('"') || source.startsWith("'")) return [1, source.length - 1];
  const isBlock = source.startsWith('>') || source.startsWith('|');
  return [isBlock ? source.indexOf('\n') + 1 : 0, source.length];
};

const piecesOf = (source: string): Piece[] => {
  const quote = source[0];
  const [first, end] = contentOf(source);
  const pieces: Piece[] = [];
  for (let at = first; at < end; at = pieces.at(-1)?.end ?? end) {
    const character = source[at] ?? '';
    if (quote === '"' && character === '\\') pieces.push(escaped(source, at));
    else {
      const isDoubled = quote === "'" && character === "'";
      pieces.push({ value: character, start: at, end: at + (isDoubled ? 2 : 1) });
    }
  }
  return pieces;
};

/**
 * Where in the source of a YAML scalar (of any style) the character `index` of its value stands.
 * Line folding, indentation and escapes change blanks only, so that the nth other character of the
 * value is the nth other character of the source. A blank is told by what follows it.
 */
const placeInScalar = (source: string, value: string, index: number): number => {
  let remaining = value.slice(0, index).replaceAll(/[ \t\r\n]/g, '').length;
  let end = contentOf(source)[0];
  for (const piece of piecesOf(source)) {
    if (isBlank(piece.value)) continue;
    if (remaining <= 0) return piece.start;
    remaining -= piece.value.length;
    end = piece.end;
  }
  return end;
};

/** A YAML document with what is needed to tell where in its text something stands. */
export interface PlacedDocument {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** Counted from 1, as editors do. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface Found {
  readonly node: unknown;
  /** The key of a map's entry; what stands in a list has none. */
  readonly key: unknown;
}

/** Thousands of problems may stand in one group: its entries are looked through once. */
const entriesByKey = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

const entryOf = (map: YAMLMap, name: string): Pair | undefined => {
  let entries = entriesByKey.get(map);
  if (entries === undefined) {
    const found = new Map<string, Pair>();
    for (const pair of map.items) {
      if (!isScalar(pair.key)) continue;
      const key = String(pair.key.value);
      if (!found.has(key)) found.set(key, pair);
    }
    entriesByKey.set(map, (entries = found));
  }
  return entries.get(name);
};

const childOf = (node: unknown, part: string | number): Found | undefined => {
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return item === undefined ? undefined : { node: item, key: undefined };
  }
  if (!isMap(node)) return undefined;
  const pair = entryOf(node, String(part));
  return pair && { node: pair.value, key: pair.key };
};

const startOf = (node: unknown): number => (node as Partial<Node> | null)?.range?.[0] ?? 0;

/** The line and column of an offset in a text. */
export const placeOfOffset = (lines: LineCounter, offset: number): Place => {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
};

/**
 * Where the text says what stands at `path`: of a value its first character, or the one at which
 * `span` begins; of a group its key. What is not there is told by the nearest group around it.
 */
export const findPlace = (
  { text, document, lines }: PlacedDocument,
  { path, span }: Pick<RuleProblem, 'path' | 'span'>,
): Place => {
  let found: Found = { node: document.contents, key: undefined };
  let isWhole = true;
  for (const part of path) {
    const child = childOf(found.node, part);
    isWhole = child !== undefined;
    if (child === undefined) break;
    found = child;
  }
  const { node, key } = found;
  if (!isScalar(node)) return placeOfOffset(lines, startOf(key ?? node));
  const [start, end] = node.range ?? [0, 0];
  const { value } = node;
  const isPart = isWhole && span !== undefined && typeof value === 'string';
  const inside = isPart ? placeInScalar(text.slice(start, end), value, span.start) : 0;
  return placeOfOffset(lines, start + inside);
};
