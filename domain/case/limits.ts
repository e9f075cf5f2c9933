import type { Rule } from '../../contracts/rules.js';
import type { FactValue } from '../facts/fact-group.js';

/** Where a rule's case begins to hold: a number fact compared with a number. */
export interface RuleLimit {
  readonly ruleId: string;
  readonly ruleName: string;
  readonly fact: string;
  readonly operator: '<' | '<=' | '>' | '>=';
  readonly limit: number;
}

const comparison = /\b([a-zA-Z]+\.[a-zA-Z0-9]+)\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)/g;

/** Every comparison of a fact with a number in the conditions of some rules, in their order. */
export const limitsIn = (rules: readonly Pick<Rule, 'id' | 'name' | 'cases'>[]): RuleLimit[] =>
  rules.flatMap(({ id, name, cases }) =>
    cases.flatMap(({ when }) =>
      [...when.matchAll(comparison)].map(([, fact = '', operator = '', limit = '']) => ({
        ruleId: id,
        ruleName: name,
        fact,
        operator: operator as RuleLimit['operator'],
        limit: Number(limit),
      })),
    ),
  );

const reaches = (value: number, { operator, limit }: RuleLimit): boolean => {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    default:
      return operator satisfies never;
  }
};

/** The limit nearest to the value among those of a rule that it passed; undefined without one. */
export const passedLimit = (
  limits: readonly RuleLimit[],
  ruleId: string,
  fact: string,
  value: FactValue,
): number | undefined => {
  if (typeof value !== 'number') return undefined;
  const passed = limits.filter(
    (one) => one.ruleId === ruleId && one.fact === fact && reaches(value, one),
  );
  return passed
    .toSorted((one, other) => Math.abs(value - one.limit) - Math.abs(value - other.limit))
    .at(0)?.limit;
};
