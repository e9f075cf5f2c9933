import { readRuleText } from '../rule-sets/read-text.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';

/** A rule set that was checked when its backtest was asked for can no longer be read. */
export class UnreadableRules extends Error {
  override readonly name = 'UnreadableRules';
}

/** Compiles the rule set of a backtest. Throws `UnreadableRules`, which no retry cures. */
export const readRules = (text: string): RuleSet => {
  const read = readRuleText(text);
  if ('problems' in read) throw new UnreadableRules('the rule set of the backtest cannot be read');
  return read.ruleSet;
};
