import type { Rollout } from '../../contracts/rules.js';
import type { Facts } from '../facts/catalogue.js';
import type { FactValue } from '../facts/fact-group.js';
import type { ErroredRule, RuleHit } from '../votes.js';
import { ConditionFault, describeFault, MissingFact } from './condition-fault.js';
import { factOf, rolloutGroup } from './fact-name.js';
import type { Reason } from './reason.js';
import { isInRollout } from './rollout.js';
import type { Condition } from './rule-language.js';

export interface CompiledCase {
  readonly condition: Condition;
  /** A number, or the name of the fact that holds it. */
  readonly points: number | string;
  readonly hard: RuleHit['hard'];
  readonly reason: Reason;
  /** Names of all facts that the case reads. */
  readonly reads: readonly string[];
}

export interface CompiledRule {
  readonly id: string;
  readonly name: string;
  readonly rollout: Rollout | undefined;
  readonly cases: readonly CompiledCase[];
}

/** A rule may have both a hit from one case and an error from another. */
export interface RuleResult {
  readonly hit?: RuleHit;
  readonly errored?: ErroredRule;
}

const hardness = { none: 0, accept: 1, review: 2, reject: 3 } as const;

const isWorse = (one: RuleHit, other: RuleHit): boolean => {
  const difference = hardness[one.hard ?? 'none'] - hardness[other.hard ?? 'none'];
  return difference === 0 ? one.points > other.points : difference > 0;
};

/** Bounds the points that a fact gives, because a count or an amount has no limit of its own. */
const pointsMax = 1000;

const pointsOf = (points: number | string, facts: Facts): number => {
  if (typeof points === 'number') return points;
  const value = factOf(facts, points);
  if (value === undefined) throw new MissingFact(points);
  if (typeof value !== 'number') throw new ConditionFault(`${points} is no number`);
  return Math.max(-pointsMax, Math.min(pointsMax, Math.round(value)));
};

const valuesOf = (names: readonly string[], facts: Facts): Record<string, FactValue> => {
  const values = names.flatMap((name) => {
    const value = factOf(facts, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values);
};

const hitOf = (rule: CompiledRule, ruleCase: CompiledCase, facts: Facts): RuleHit => {
  const { points, hard, reason, reads } = ruleCase;
  const hit = {
    id: rule.id,
    name: rule.name,
    points: pointsOf(points, facts),
    reason: reason.render(facts),
    facts: valuesOf(reads, facts),
  };
  return hard === undefined ? hit : { ...hit, hard };
};

/** Whether the rule's rollout includes this order. */
const isIncluded = ({ id, rollout }: CompiledRule, facts: Facts): boolean => {
  if (rollout === undefined) return true;
  const place = factOf(facts, `${rolloutGroup}.${id}`);
  if (typeof place !== 'number') throw new MissingFact(`${rolloutGroup}.${id}`);
  return isInRollout(place, rollout);
};

const silent: RuleResult = {};

/**
 * Evaluates one rule. Among the cases that hold, the hardest one with the most points is its hit.
 */
export const evaluateRule = (rule: CompiledRule, facts: Facts): RuleResult => {
  let worst: RuleHit | undefined;
  let message: string | undefined;
  for (const ruleCase of rule.cases) {
    try {
      if (!isIncluded(rule, facts) || !ruleCase.condition.holds(facts)) continue;
      const hit = hitOf(rule, ruleCase, facts);
      if (worst === undefined || isWorse(hit, worst)) worst = hit;
    } catch (error) {
      message ??= describeFault(error);
    }
  }
  if (worst === undefined && message === undefined) return silent;
  const { id, name } = rule;
  return {
    ...(worst && { hit: worst }),
    ...(message !== undefined && { errored: { id, name, message } }),
  };
};
