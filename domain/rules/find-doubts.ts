import type { ASTNode } from '@marcbachmann/cel-js';
import { type Effort, findConflict } from './conflict.js';
import { findNeverTrue } from './never-true.js';
import {
  casesIn,
  groupAt,
  labelOf,
  overridesIn,
  placedCasesIn,
  rulesIn,
  textAt,
} from './raw-rules.js';
import { checkCondition } from './rule-language.js';
import type { RuleProblem } from './rule-set-error.js';

/** Thirty times what the shipped rules need; at most about one second. */
const effortMax = 150_000;

interface Weighed {
  readonly condition: ASTNode;
  readonly hardness: number;
  readonly points: number;
}

const hardness: ReadonlyMap<string | undefined, number> = new Map([
  [undefined, 0],
  ['accept', 1],
  ['review', 2],
  ['reject', 3],
]);

/** A case with its weight; undefined when its points depend on the order. */
const weighedOf = (raw: unknown): Weighed | undefined => {
  const checked = checkCondition(textAt(raw, 'when') ?? '');
  const { points = 0 } = raw as { points?: unknown };
  if ('problems' in checked || typeof points !== 'number') return undefined;
  const { ast: condition } = checked;
  return { condition, points, hardness: hardness.get(textAt(raw, 'hard')) ?? 0 };
};

/** Whether `other` wins when both cases hold. */
const isStronger = (other: Weighed, one: Weighed, isOtherFirst: boolean): boolean => {
  const harder = other.hardness - one.hardness || other.points - one.points;
  return harder > 0 || (harder === 0 && isOtherFirst);
};

/** Whether one of the others holds whenever `one` does. */
const isCovered = (one: Weighed, others: readonly Weighed[], effort: Effort): boolean =>
  findConflict(
    [
      { node: one.condition, holds: true },
      ...others.map(({ condition }) => ({ node: condition, holds: false })),
    ],
    effort,
  ) !== undefined;

/** The stronger cases that together cover this one; a single case if one is enough. */
const outweighing = (
  one: Weighed,
  cases: readonly (Weighed | undefined)[],
  effort: Effort,
): number[] => {
  const place = cases.indexOf(one);
  const stronger = cases.flatMap((other, at) =>
    other !== undefined && at !== place && isStronger(other, one, at < place)
      ? [{ other, at }]
      : [],
  );
  // Another check reports a case that never holds.
  const isNever = isCovered(one, [], effort);
  if (stronger.length === 0 || isNever) return [];
  const single = stronger.find(({ other }) => isCovered(one, [other], effort));
  if (single !== undefined) return [single.at];
  const areAll = isCovered(
    one,
    stronger.map(({ other }) => other),
    effort,
  );
  return areAll ? stronger.map(({ at }) => at) : [];
};

const outweighedIn = (
  rule: string,
  raw: unknown,
  path: RuleProblem['path'],
  effort: Effort,
): RuleProblem[] => {
  const cases = casesIn(raw).map(weighedOf);
  return cases.flatMap((one, place) => {
    const by = one === undefined ? [] : outweighing(one, cases, effort).map((at) => `cases.${at}`);
    if (by.length === 0) return [];
    const names = by.length === 1 ? `${by[0]} holds` : `${by.join(' or ')} holds`;
    const message = `cases.${place} never counts: whenever it holds, ${names} and outweighs it`;
    return [{ rule, message, path: [...path, 'cases', place, 'when'] }];
  });
};

const outweighedAnywhere = (raw: unknown, effort: Effort): RuleProblem[] => [
  ...rulesIn(raw).flatMap((rule, index) =>
    outweighedIn(labelOf(rule, index), rule, ['rules', index], effort),
  ),
  ...Object.keys(groupAt(raw, 'banners')).flatMap((banner) =>
    overridesIn(raw, banner).flatMap(([id, override]) =>
      outweighedIn(id, override, ['banners', banner, 'rules', id], effort),
    ),
  ),
];

const neverTrueIn = (raw: unknown, effort: Effort): RuleProblem[] =>
  placedCasesIn(raw).flatMap(({ rule, raw: one, path }) => {
    const checked = checkCondition(textAt(one, 'when') ?? '');
    const root = 'problems' in checked ? checked.refused : checked.ast;
    if (root === undefined) return [];
    return findNeverTrue(root, effort).map(({ message, start, end }) => ({
      rule,
      message: `cases.${path.at(-1)} ${message}`,
      path: [...path, 'when'],
      span: { start, end },
    }));
  });

/** Characters that end an entry of `rulesTripped`, or look as if they did. */
const separators = /[:;,]/;

const namesIn = (raw: unknown): RuleProblem[] => {
  const seen = new Map<string, string>();
  return rulesIn(raw).flatMap((rule, index) => {
    const [id, name] = [textAt(rule, 'id') ?? '', textAt(rule, 'name') ?? ''];
    const alike = seen.get(id.toLowerCase());
    if (alike === undefined) seen.set(id.toLowerCase(), id);
    const at = (field: string, message: string): RuleProblem => ({
      rule: labelOf(rule, index),
      message,
      path: ['rules', index, field],
    });
    return [
      ...(alike !== undefined && alike !== id
        ? [at('id', `the id differs from ${alike} in capital letters only`)]
        : []),
      ...(separators.test(name)
        ? [at('name', 'name must not hold : ; or , which part entries of rulesTripped')]
        : []),
    ];
  });
};

/**
 * Warnings about a valid rule set: conditions that are never true, cases that never count, ids and
 * names that are easily confused. New texts must pass; stored versions keep working.
 */
export const findDoubts = (raw: unknown): RuleProblem[] => [
  ...namesIn(raw),
  ...neverTrueIn(raw, { left: effortMax }),
  ...outweighedAnywhere(raw, { left: effortMax }),
];
