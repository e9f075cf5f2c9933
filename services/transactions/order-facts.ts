import { banners } from '../../contracts/hbc/transaction.js';
import type { backtestFacts } from '../../contracts/v1/backtests.js';
import { createFactPicker } from '../../domain/backtest/pick-facts.js';
import type { StoredOrder } from '../../domain/backtest/stored-order.js';
import type { Facts } from '../../domain/facts/catalogue.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { factsFor } from '../../domain/rules/score-transaction.js';
import { type FactContext, loadFactSource } from './fact-source.js';

/** What the facts of a decided order depend on. */
type FactOrder = Pick<StoredOrder, 'transactionId' | 'facts' | 'isImported'>;

/** An order's facts, for the rules that read them. */
interface OrderFacts {
  readonly facts: Facts;
  /** True for the facts of the decision, which may lack one that these rules need. */
  readonly areStored: boolean;
}

/** Reads the facts of decided orders for one rule set. */
export interface OrderFactReader {
  /** The facts of the decision: what the rules saw at the time. */
  readonly stored: (order: FactOrder) => Facts;
  /**
   * The facts of the decision, or as wanted those computed from the order itself with its history,
   * lists and evidence as of its own time. An imported order has no stored facts: they are
   * computed in any case.
   */
  readonly read: (order: FactOrder, wanted: (typeof backtestFacts)[number]) => Promise<OrderFacts>;
}

export const createOrderFactReader = (context: FactContext, ruleSet: RuleSet): OrderFactReader => {
  const pick = createFactPicker(ruleSet, banners);
  const stored = ({ facts }: FactOrder): Facts => pick(facts);
  return {
    stored,
    read: async (order, wanted) => {
      if (wanted === 'stored' && !order.isImported) {
        return { facts: stored(order), areStored: true };
      }
      const source = await loadFactSource(context, order.transactionId, ruleSet);
      return { facts: factsFor(ruleSet, source), areStored: false };
    },
  };
};
