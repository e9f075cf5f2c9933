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
import type { RuleProblem } from '../../domain/rules/rule-set-error.js';
import { placeInScalar } from './place-in-scalar.js';

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
