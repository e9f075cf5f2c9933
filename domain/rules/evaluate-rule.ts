import type { Facts } from '../facts/catalogue.js';
import type { ErroredRule, RuleHit } from '../votes.js';
import { type Reason, factOf } from './reason.js';
import { type Condition, type Variables, describeFault } from './rule-language.js';

export interface CompiledRule {
  readonly id: string;
  readonly name: string;
  readonly cases: readonly {
    readonly condition: Condition;
    /** A number, or the name of the fact that gives it. */
    readonly points: number | string;
    readonly hard: 'review' | 'reject' | undefined;
    readonly reason: Reason;
  }[];
}

/** A rule can both trip by one case and be errored by another; neither hides the other. */
export interface RuleResult {
  readonly hit?: RuleHit;
  readonly errored?: ErroredRule;
}

const hardness = { none: 0, review: 1, reject: 2 } as const;

const isWorse = (one: RuleHit, other: RuleHit): boolean => {
  const difference = hardness[one.hard ?? 'none'] - hardness[other.hard ?? 'none'];
  return difference === 0 ? one.points > other.points : difference > 0;
};

const pointsOf = (points: number | string, facts: Facts): number => {
  if (typeof points === 'number') return points;
  const value = factOf(facts, points);
  if (typeof value !== 'number') throw new TypeError(`${points} has no value`);
  return Math.round(value);
};

/** Evaluates one rule: of the cases that hold, the hardest one with the most points is its hit. */
export const evaluateRule = (
  { id, name, cases }: CompiledRule,
  variables: Variables,
  facts: Facts,
): RuleResult => {
  let worst: RuleHit | undefined;
  let message: string | undefined;
  for (const { condition, points, hard, reason } of cases) {
    try {
      if (!condition.holds(variables)) continue;
      const reasonText = reason.render(facts);
      const hit = { id, name, points: pointsOf(points, facts), reason: reasonText };
      const candidate: RuleHit = hard === undefined ? hit : { ...hit, hard };
      if (worst === undefined || isWorse(candidate, worst)) worst = candidate;
    } catch (error) {
      message ??= describeFault(error);
    }
  }
  return {
    ...(worst && { hit: worst }),
    ...(message !== undefined && { errored: { id, name, message } }),
  };
};
