import { parseTransaction } from '../../contracts/hbc/transaction.js';
import type { Settings } from '../../contracts/settings.js';
import type { Pool } from '../../db/pool.js';
import { noLookups } from '../../domain/lookups.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import type { PartnerAnswer } from '../../domain/votes.js';
import { createOrderGenerator } from '../../local/demo/generate.js';
import type { Tokeniser, Vault } from '../../services/context.js';
import { loadFactSource } from '../../services/transactions/fact-source.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { recordDecision } from '../../services/transactions/decisions.js';

export interface DecideDeps {
  readonly db: Pool;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly ruleSet: RuleSet;
  readonly settings: Settings;
}

/** The partners' answers to an unsuspicious order. */
const answers: readonly PartnerAnswer[] = [
  {
    ...{ kind: 'answered', partner: 'sardine', outcome: 'accept', label: 'low' },
    ...{ priority: 'normal', latencyMs: 80, evidence: { score: 12, reasons: ['none'] } },
  },
  {
    ...{ kind: 'answered', partner: 'yleo', outcome: 'accept', label: 'Approved' },
    ...{ priority: 'normal', latencyMs: 90, evidence: { omniscore: 71 } },
  },
];

/** Stores and decides realistic orders with the product's own code, one after the other. */
export const decideOrders = async (deps: DecideDeps, count: number): Promise<void> => {
  const { db, vault, tokeniser, ruleSet, settings } = deps;
  const generate = createOrderGenerator(1);
  for (let index = 0; index < count; index += 1) {
    const { body } = generate({ orderId: `backtest-${index}`, now: new Date() });
    const parsed = parseTransaction(body);
    if (!parsed.ok) throw new Error('a made-up order was refused');
    const received = receiveTransaction(tokeniser, parsed.value);
    const { transactionId, transaction } = received;
    await openTransaction({ db, vault }, received);
    const source = await loadFactSource(
      { db, vault, tokeniser, settings, lookups: noLookups },
      transactionId,
      ruleSet,
    );
    const { banner } = transaction;
    const isHome = transaction.currencyCode === settings.banners[banner].currency;
    await recordDecision(
      { db, now: new Date() },
      { version: 0, policy: settings.banners[banner].policy },
      {
        ...{ transactionId, banner, answers, reviewDueAt: new Date() },
        local: { ...scoreTransaction(ruleSet, transaction, source), ruleSetVersion: 0 },
        homeAmount: isHome ? transaction.orderTotal : null,
      },
    );
  }
};

/** Every column that is equal in all copies. */
const transactionColumns = `banner, group_id, content_key_id, content_hash, body, status,
  updated_at`;
const historyColumns = `banner, order_hash, key_id, card, email, account, device, ip,
  billing_postal, other_keys, amount, authorized_amount, currency, goods_hash`;
const decisionColumns = `outcome, total_score, answer, remarks, rules_tripped, votes, hits,
  errored_rules, facts, partner_answers, rule_set_hash, rule_set_version, policy_version, priority,
  decided_at`;

/**
 * Stores earlier orders with copies of the same decisions. They have no history rows, so their
 * facts cannot be recomputed.
 */
export const copyDecisions = async (
  pool: Pool,
  { copies, minutesApart }: { readonly copies: number; readonly minutesApart: number },
): Promise<void> => {
  const copied = (columns: string) => `select ${columns} from`;
  const earlier = `received_at - n * $2 * interval '1 minute'`;
  const times = 'cross join generate_series(1, $1::integer) as n';
  await pool.query(
    `insert into transactions (transaction_id, workflow_id, order_id, received_at,
        ${transactionColumns})
      ${copied(`transaction_id || '-' || n, workflow_id || '-' || n, order_id || '-' || n,
        ${earlier}, ${transactionColumns}`)} transactions ${times}`,
    [copies, minutesApart],
  );
  await pool.query(
    `insert into order_history (transaction_id, received_at, ${historyColumns})
      ${copied(`transaction_id || '-' || n, ${earlier},
        ${historyColumns}`)} order_history ${times} order by n desc, position`,
    [copies, minutesApart],
  );
  await pool.query(
    `insert into decisions (transaction_id, cross_reference, ${decisionColumns})
      ${copied(`transaction_id || '-' || n, gen_random_uuid(), ${decisionColumns}`)}
      decisions ${times}`,
    [copies],
  );
  await pool.query('vacuum analyze transactions, order_history, decisions');
};
