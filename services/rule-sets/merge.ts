import type { RebaseChoice } from '../../contracts/v1/rule-set-changes.js';
import { isSame, partsOf, type RulePart } from './parts.js';
import type { RuleSetContent } from '../../domain/rule-text/content.js';

/** What the draft has to take over from what is in force. */
export interface Merge {
  readonly take: readonly {
    readonly part: Pick<RulePart, 'banner' | 'rule'>;
    /** False: it is gone there. */
    readonly isThere: boolean;
  }[];
  /** The rules are put in the order of what is in force. */
  readonly takeOrder: boolean;
  /** Changed on both sides, each in its way, and nobody has chosen: by name. */
  readonly conflicts: readonly string[];
}

/** `R50`, `bands`, `bay:R50`, `bay:bands`. */
const nameOf = ({ banner, rule }: Pick<RulePart, 'banner' | 'rule'>): string => {
  const what = rule ?? 'bands';
  return banner === null ? what : `${banner}:${what}`;
};

const orderName = 'order';

/** Both rules and their order in one set, so that only the order can differ. */
const orderIn = ({ rules }: RuleSetContent, others: readonly RuleSetContent[]): string[] =>
  rules
    .map(({ id }) => id)
    .filter((id) => others.every((other) => other.rules.some((rule) => rule.id === id)));

type Side = 'base' | 'inForce' | 'draft' | 'conflict';

/** Whose form of something is kept: that of the side which changed it. */
const sideOf = (base: unknown, inForce: unknown, draft: unknown): Side => {
  if (isSame(inForce, draft)) return 'base';
  if (isSame(inForce, base)) return 'draft';
  return isSame(draft, base) ? 'inForce' : 'conflict';
};

/**
 * Merges by rule, override and bands: what one side changed since the base is kept, and what both
 * changed in different ways is a conflict, unless `choices` names a side for it.
 */
export const mergeRuleSets = (
  base: RuleSetContent,
  inForce: RuleSetContent,
  draft: RuleSetContent,
  choices: ReadonlyMap<string, RebaseChoice>,
): Merge => {
  const chosen = (name: string, side: Side): Side => {
    const choice = choices.get(name);
    if (side !== 'conflict' || choice === undefined) return side;
    return choice === 'in_force' ? 'inForce' : 'draft';
  };
  const [was, is, own] = [partsOf(base), partsOf(inForce), partsOf(draft)];
  const keys = [...new Set([...is.keys(), ...was.keys(), ...own.keys()])];
  const parts = keys.flatMap((key) => {
    const part = is.get(key) ?? was.get(key) ?? own.get(key);
    if (part === undefined) return [];
    const fieldsOf = (all: ReadonlyMap<string, RulePart>) => all.get(key)?.fields ?? null;
    const side = sideOf(fieldsOf(was), fieldsOf(is), fieldsOf(own));
    return [{ part, isThere: is.has(key), side: chosen(nameOf(part), side) }];
  });
  const all = [base, inForce, draft];
  const order = chosen(
    orderName,
    sideOf(orderIn(base, all), orderIn(inForce, all), orderIn(draft, all)),
  );
  return {
    take: parts.filter(({ side }) => side === 'inForce'),
    takeOrder: order === 'inForce',
    conflicts: [
      ...parts.filter(({ side }) => side === 'conflict').map(({ part }) => nameOf(part)),
      ...(order === 'conflict' ? [orderName] : []),
    ],
  };
};
