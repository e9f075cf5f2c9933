import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Rule } from '../../contracts/rules.js';
import { ownValue } from '../own-value.js';
import type { RuleSetContent } from '../rule-text/compare.js';
import type { RuleHit } from '../votes.js';

/**
 * Points that some cases of a rule give today. Cases of one rule with equal points are one level:
 * the language lets the first of them count, and equal points keep it so.
 */
export interface Level {
  /** The banner whose override has the cases; null for the rule that all banners share. */
  readonly owner: Banner | null;
  readonly ruleId: string;
  readonly name: string;
  /** Today's points; never 0. */
  readonly points: number;
  /** Index of the next milder level of the same rule and sign; null for the mildest. */
  readonly milder: number | null;
}

/** The levels of a rule set whose points can be learned. */
export interface Levels {
  readonly all: readonly Level[];
  /** The index of the level of a hit; undefined for points that are not learned. */
  readonly of: (banner: Banner, hit: Pick<RuleHit, 'id' | 'points' | 'hard'>) => number | undefined;
}

type Cases = Rule['cases'];

/**
 * Distinct points of the cases that are not hard, mildest first. A rule with a case whose points
 * are a fact has none: the language has no factor, so such points cannot be learned.
 */
const pointsOf = (cases: Cases, isWanted: (points: number) => boolean): number[] => {
  if (cases.some(({ points }) => typeof points === 'string')) return [];
  const plain = cases.filter(({ hard }) => hard === undefined).map(({ points }) => Number(points));
  return [...new Set(plain.filter(isWanted))].toSorted(
    (one, other) => Math.abs(one) - Math.abs(other),
  );
};

const keyOf = (owner: Banner | null, ruleId: string, points: number): string =>
  `${owner ?? ''}:${ruleId}:${points}`;

/** Finds the levels of a rule set, in the order of its rules. */
export const levelsOf = ({ rules, banners }: Pick<RuleSetContent, 'rules' | 'banners'>): Levels => {
  const all: Level[] = [];
  const places = new Map<string, number>();
  const add = (owner: Banner | null, { id, name }: Rule, cases: Cases): void => {
    for (const isWanted of [(points: number) => points > 0, (points: number) => points < 0]) {
      let milder: number | null = null;
      for (const points of pointsOf(cases, isWanted)) {
        places.set(keyOf(owner, id, points), all.length);
        all.push({ owner, ruleId: id, name, points, milder });
        milder = all.length - 1;
      }
    }
  };
  const overrides = Object.entries(banners) as [Banner, (typeof banners)[Banner]][];
  for (const rule of rules) {
    add(null, rule, rule.cases);
    for (const [banner, own] of overrides) {
      const cases = ownValue(own?.rules ?? {}, rule.id)?.cases;
      if (cases !== undefined) add(banner, rule, cases);
    }
  }
  const hasOwnCases = (banner: Banner, id: string): boolean =>
    ownValue(banners[banner]?.rules ?? {}, id)?.cases !== undefined;
  return {
    all,
    of: (banner, { id, points, hard }) =>
      hard === undefined
        ? places.get(keyOf(hasOwnCases(banner, id) ? banner : null, id, points))
        : undefined,
  };
};
