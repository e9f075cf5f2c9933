import { banners } from '../../contracts/hbc/transaction.js';
import type { backtestFacts } from '../../contracts/v1/backtests.js';
import { differingFacts } from '../../domain/backtest/differences.js';
import { createFactPicker } from '../../domain/backtest/pick-facts.js';
import type { StoredOrder } from '../../domain/backtest/stored-order.js';
import type { Recomputed } from '../../domain/backtest/tally.js';
import {
  type NotEvaluable,
  type TrialRules,
  type Tried,
  tryRules,
} from '../../domain/backtest/try-rules.js';
import { needsOf } from '../../domain/facts/catalogue.js';
import { flattenFacts } from '../../domain/rules/fact-name.js';
import { factsFor } from '../../domain/rules/score-transaction.js';
import { type FactSourceDeps, loadFactSource } from '../transactions/load-fact-source.js';

/** What came of one order; `recomputed` with recomputed facts only. */
export interface Evaluated {
  readonly result: Tried | NotEvaluable;
  readonly recomputed?: Recomputed;
}

const isOther = (one: Tried | NotEvaluable, other: Tried | NotEvaluable): boolean =>
  'outcome' in one && 'outcome' in other && one.outcome !== other.outcome;

/**
 * How one order is evaluated: at once from its stored facts, or from the order itself, its history
 * at its own time, and the lists and evidence of then.
 */
export const createEvaluator = (
  deps: FactSourceDeps,
  rules: TrialRules,
  facts: (typeof backtestFacts)[number],
): ((order: StoredOrder) => Promise<Evaluated>) => {
  const { ruleSet } = rules;
  const pick = createFactPicker(ruleSet, banners);
  const fromStored = (order: StoredOrder) => tryRules(rules, order, pick(order.facts), true);
  if (facts === 'stored') return (order) => Promise.resolve({ result: fromStored(order) });
  const loaded = needsOf(ruleSet.factNames);
  return async (order) => {
    const source = await loadFactSource(deps, order.transactionId, ruleSet);
    const recomputed = factsFor(ruleSet, source);
    const result = tryRules(rules, order, recomputed, false);
    const differing = differingFacts(order.facts, flattenFacts(recomputed), loaded);
    const isOtherOutcome = differing.length > 0 && isOther(result, fromStored(order));
    return { result, recomputed: { differing, isOtherOutcome } };
  };
};
