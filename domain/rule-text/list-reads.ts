import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf, type ListRead, listReadOf } from '../rules/expression-parts.js';
import { placedCasesIn, textAt } from '../rules/raw-rules.js';
import { checkCondition } from '../rules/rule-language.js';
import { findPlace, type Place, type PlacedDocument } from './places.js';

/** A list lookup of a rule, with its place in the text. */
export interface PlacedListRead extends ListRead, Place {
  readonly rule: string;
}

const readsIn = (root: ASTNode): { read: ListRead; start: number; end: number }[] => {
  const read = listReadOf(root);
  const { start, end } = root.range;
  return [...(read ? [{ read, start, end }] : []), ...childrenOf(root).flatMap(readsIn)];
};

/**
 * Every list lookup in the rules of a text, with its place. `raw` is the parsed text, which may be
 * invalid in any other way.
 */
export const findListReads = (placed: PlacedDocument, raw: unknown): PlacedListRead[] =>
  placedCasesIn(raw).flatMap(({ rule, raw: one, path }) => {
    const when = textAt(one, 'when') ?? '';
    // Parsing again is expensive, and most conditions use no list.
    if (!when.includes('list')) return [];
    const checked = checkCondition(when);
    const root = 'problems' in checked ? checked.refused : checked.ast;
    if (root === undefined) return [];
    return readsIn(root).map(({ read, start, end }) => ({
      ...read,
      rule,
      ...findPlace(placed, { path: [...path, 'when'], span: { start, end } }),
    }));
  });
