import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf, type ListRead, listReadOf } from '../../domain/rules/expression-parts.js';
import { checkCondition } from '../../domain/rules/rule-language.js';
import { findPlace, type Place, type PlacedDocument } from './find-place.js';
import type { RuleSetContent } from './read-text.js';

/** A question to a list, with the place in the text where it is asked. */
export interface PlacedListRead extends ListRead, Place {
  readonly rule: string;
}

type Path = readonly (string | number)[];

interface PlacedCondition {
  readonly rule: string;
  readonly when: string;
  readonly path: Path;
}

const conditionsOf = ({ rules, banners }: RuleSetContent): PlacedCondition[] => {
  const inCases = (rule: string, cases: readonly { readonly when: string }[], path: Path) =>
    cases.map(({ when }, index) => ({ rule, when, path: [...path, 'cases', index, 'when'] }));
  return [
    ...rules.flatMap(({ id, cases }, index) => inCases(id, cases, ['rules', index])),
    ...Object.entries(banners).flatMap(([banner, own]) =>
      Object.entries(own.rules).flatMap(([id, override]) =>
        inCases(id, override.cases ?? [], ['banners', banner, 'rules', id]),
      ),
    ),
  ];
};

const readsIn = (root: ASTNode): { read: ListRead; start: number; end: number }[] => {
  const read = listReadOf(root);
  const { start, end } = root.range;
  return [...(read ? [{ read, start, end }] : []), ...childrenOf(root).flatMap(readsIn)];
};

/** Every question that the rules of a text put to a list, by its place. */
export const findListReads = (placed: PlacedDocument, content: RuleSetContent): PlacedListRead[] =>
  conditionsOf(content).flatMap(({ rule, when, path }) => {
    // Parsing again costs something; most conditions ask no list.
    if (!when.includes('list')) return [];
    const checked = checkCondition(when);
    if ('problems' in checked) return [];
    return readsIn(checked.ast).map(({ read, start, end }) => ({
      ...read,
      rule,
      ...findPlace(placed, { path, span: { start, end } }),
    }));
  });
