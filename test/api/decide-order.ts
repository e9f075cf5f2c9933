import { randomUUID } from 'node:crypto';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { noHistory } from '../../domain/history.js';
import { noLookups } from '../../domain/lookups.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { recordDecision } from '../../services/transactions/decisions.js';
import { defaultRuleSet, exampleSettings } from '../support/rules.js';
import { type Overrides, parsedExample } from '../support/transactions.js';
import type { Api } from './server.js';

/** Stores an order with the decision of the shipped rules. */
export const decideOrder = async (
  api: Api,
  overrides: Overrides<Transaction> = {},
): Promise<string> => {
  const parsed = parsedExample({ orderId: randomUUID(), ...overrides });
  const received = receiveTransaction(api.deps.tokeniser, parsed);
  const { transactionId, transaction } = received;
  await openTransaction({ db: api.pool, vault: api.deps.vault }, received);
  const now = new Date();
  const local = scoreTransaction(defaultRuleSet(), transaction, {
    receivedAtMs: now.getTime(),
    settings: exampleSettings(),
    lookups: noLookups,
    history: noHistory,
    listings: [],
    evidence: [],
  });
  await recordDecision(
    { db: api.pool, now },
    { version: 0, policy: exampleSettings().banners.s5a.policy },
    {
      transactionId,
      banner: 's5a',
      local: { ...local, ruleSetVersion: 0 },
      answers: [],
      homeAmount: null,
      reviewDueAt: new Date(now.getTime() + 3_600_000),
    },
  );
  return transactionId;
};
