import type { Rule } from '../../contracts/rules.js';
import type { RuleTryResult } from '../../contracts/v1/rules.js';
import type { Facts } from '../../domain/facts/catalogue.js';
import { compileRule } from '../../domain/rules/compile-rule.js';
import { evaluateRule, type RuleResult } from '../../domain/rules/evaluate-rule.js';
import { explainCondition } from '../../domain/rules/explain-condition.js';

/** What a rule says of one order, and how it came to it. */
export type TriedRule = Omit<RuleTryResult, 'effect' | 'notes'>;

const showCase = ({ when, points, hard }: Rule['cases'][number], facts: Facts) => {
  const { holds, steps, facts: read } = explainCondition(when, facts);
  return {
    when,
    holds: holds ?? null,
    points,
    hard: hard ?? null,
    steps: steps.map(({ value, fault, ...part }) => ({
      ...part,
      value: value ?? null,
      fault: fault ?? null,
    })),
    facts: read,
  };
};

/**
 * Evaluates a checked rule on facts, whether or not it is enabled, live, or for this order's share
 * of a rollout.
 */
export const tryOnFacts = (
  rule: Rule,
  facts: Facts,
): { readonly tried: TriedRule; readonly result: RuleResult } => {
  const { compiled } = compileRule({ ...rule, rollout: undefined }, []);
  const result = evaluateRule(compiled, facts);
  const { hit, errored } = result;
  const tried = {
    id: rule.id,
    name: rule.name,
    trips: hit !== undefined,
    points: hit?.points ?? 0,
    hard: hit?.hard ?? null,
    reason: hit?.reason ?? null,
    errored: errored?.message ?? null,
    cases: rule.cases.map((ruleCase) => showCase(ruleCase, facts)),
  };
  return { tried, result };
};
