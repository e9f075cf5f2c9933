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

/** A stretch of a scalar's source and the part of the value that it stands for. */
interface Piece {
  /** The characters of the value; blank for anything that folding may change. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const isBlank = (character: string): boolean => /^[ \t\r\n]*$/.test(character);

/** Hexadecimal escapes of double-quoted scalars, with their number of digits. */
const codeDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Escapes with a blank value, which the search skips on both sides. */
const blankEscapes: ReadonlySet<string> = new Set(['n', 't', 'r', ' ', '\t', '\n', '\r']);

const escaped = (source: string, start: number): Piece => {
  const letter = source[start + 1] ?? '';
  const digits = codeDigits[letter];
  if (digits !== undefined) {
    const end = start + 2 + digits;
    const code = Number.parseInt(source.slice(start + 2, end), 16);
    return { value: String.fromCodePoint(code), start, end };
  }
  // Any other escape stands for one character; which one does not matter.
  return { value: blankEscapes.has(letter) ? ' ' : 'x', start, end: start + 2 };
};

/** The part of the source that holds the value, without quotes or block header. */
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
 * The position in the source of a YAML scalar (of any style) of character `index` of its value.
 * Folding, indentation and escapes change blanks only, so the nth non-blank character is the same
 * in both. A blank is located by the character after it.
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

/** A YAML document with what is needed to map its parts to positions in the text. */
export interface PlacedDocument {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** Line and column, counted from 1 as in editors. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface Found {
  readonly node: unknown;
  /** The key of a map entry; list items have none. */
  readonly key: unknown;
}

/** Indexes each map once, because it may hold thousands of problems. */
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
 * The position of `path` in the text: the first character of a value, or the one at which `span`
 * begins; the key of a group. A missing part has the position of its nearest existing group.
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
