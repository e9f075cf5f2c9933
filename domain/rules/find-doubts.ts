import { type Conjunction, conjunctionOf, isWithin } from './bounds.js';
import { findNeverTrue } from './never-true.js';
import { casesIn, labelOf, placedCasesIn, rulesIn, textAt } from './raw-rules.js';
import { checkCondition } from './rule-language.js';
import type { RuleProblem } from './rule-set-error.js';

interface Weighed {
  readonly conjunction: Conjunction;
  readonly hardness: number;
  readonly points: number;
}

const hardness: ReadonlyMap<string | undefined, number> = new Map([
  [undefined, 0],
  ['accept', 1],
  ['review', 2],
  ['reject', 3],
]);

/** A case as its rule weighs it; undefined for one whose points only an order tells. */
const weighedOf = (raw: unknown): Weighed | undefined => {
  const checked = checkCondition(textAt(raw, 'when') ?? '');
  const { points = 0 } = raw as { points?: unknown };
  if ('problems' in checked || typeof points !== 'number') return undefined;
  const conjunction = conjunctionOf(checked.ast);
  return { conjunction, points, hardness: hardness.get(textAt(raw, 'hard')) ?? 0 };
};

/** Whenever `one` holds, `other` holds as well and counts instead. */
const isOutweighed = (one: Weighed, other: Weighed, isOtherFirst: boolean): boolean => {
  const harder = other.hardness - one.hardness || other.points - one.points;
  if (harder < 0 || (harder === 0 && !isOtherFirst) || !other.conjunction.isWhole) return false;
  return [...other.conjunction.bounds].every(([fact, outer]) => {
    const inner = one.conjunction.bounds.get(fact);
    return inner !== undefined && isWithin(inner, outer);
  });
};

const outweighedIn = (rule: unknown, index: number): RuleProblem[] => {
  const weighed = casesIn(rule).map(weighedOf);
  return weighed.flatMap((one, place) => {
    const by = weighed.findIndex(
      (other, at) =>
        at !== place &&
        one !== undefined &&
        other !== undefined &&
        isOutweighed(one, other, at < place),
    );
    if (by < 0) return [];
    const stronger = `whenever it holds, cases.${by} holds and outweighs it`;
    const message = `cases.${place} never counts: ${stronger}`;
    const path = ['rules', index, 'cases', place, 'when'];
    return [{ rule: labelOf(rule, index), message, path }];
  });
};

const neverTrueIn = (raw: unknown): RuleProblem[] =>
  placedCasesIn(raw).flatMap(({ rule, raw: one, path }) => {
    const checked = checkCondition(textAt(one, 'when') ?? '');
    const root = 'problems' in checked ? checked.refused : checked.ast;
    if (root === undefined) return [];
    return findNeverTrue(root).map(({ message, start, end }) => ({
      rule,
      message: `cases.${path.at(-1)} ${message}`,
      path: [...path, 'when'],
      span: { start, end },
    }));
  });

/** Signs that end an entry of `rulesTripped`, or look as if they did. */
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
 * What a rule set says that would do no harm and can only be a mistake: conditions that are never
 * true, cases that never count, ids and names that are taken for others. Texts that are written
 * now are held to it; versions that are stored go on as they are.
 */
export const findDoubts = (raw: unknown): RuleProblem[] => [
  ...namesIn(raw),
  ...neverTrueIn(raw),
  ...rulesIn(raw).flatMap(outweighedIn),
];
