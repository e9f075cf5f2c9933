import type { Pool } from '../../db/pool.js';
import { noLookups } from '../../domain/lookups.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import type { Settings } from '../../contracts/settings.js';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import type { Tokeniser, Vault } from '../../services/context.js';
import { loadFactSource } from '../../services/transactions/fact-source.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import type { OrderBody } from '../../local/demo/order.js';

export interface ScoreDeps {
  readonly pool: Pool;
  /** As in a worker: its connections already hold the query plans of scoring. */
  readonly reads: Pool;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly ruleSet: RuleSet;
  readonly settings: Settings;
}

/** Milliseconds per order, in the order of their creation. */
export interface ScoreTimes {
  /** Storing the order and the rows that later orders count. */
  readonly store: number[];
  /** The `score` activity: reads body, history, lists and evidence, and evaluates the rules. */
  readonly score: number[];
}

/** A sanitised order. Throws when the body is not valid. */
export const received = (tokeniser: Tokeniser, body: OrderBody) => {
  const parsed = parseTransaction(body);
  if (!parsed.ok) throw new Error(`a made-up order was refused: ${JSON.stringify(parsed.faults)}`);
  return receiveTransaction(tokeniser, parsed.value);
};

/** Stores and scores orders one after the other. */
export const scoreOrders = async (
  deps: ScoreDeps,
  bodies: readonly OrderBody[],
): Promise<ScoreTimes> => {
  const { pool, reads, vault, tokeniser, ruleSet, settings } = deps;
  const times: ScoreTimes = { store: [], score: [] };
  for (const body of bodies) {
    const order = received(tokeniser, body);
    const startMs = performance.now();
    await openTransaction({ db: pool, vault }, order);
    const storedMs = performance.now();
    const { transaction, ...source } = await loadFactSource(
      { db: reads, vault, tokeniser, settings, lookups: noLookups },
      order.transactionId,
      ruleSet,
    );
    scoreTransaction(ruleSet, transaction, source);
    times.store.push(storedMs - startMs);
    times.score.push(performance.now() - storedMs);
  }
  return times;
};
