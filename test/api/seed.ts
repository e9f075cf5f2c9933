import { randomUUID } from 'node:crypto';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import type { PartnerAnswer } from '../../domain/votes.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { recordDecision } from '../../services/transactions/decisions.js';
import { exampleSettings } from '../support/rules.js';
import { parsedExample } from '../support/transactions.js';
import type { Api } from './server.js';

const escalated: PartnerAnswer = {
  kind: 'answered',
  partner: 'yleo',
  outcome: 'review',
  label: 'Escalate',
  priority: 'high',
  evidence: {},
  latencyMs: 12,
};

export interface Seed {
  readonly orderId?: string;
  readonly groupId?: string;
  readonly banner?: 's5a' | 'bay' | 'lat' | 'o5a';
  readonly outcome?: 'accept' | 'review';
  readonly isUrgent?: boolean;
  readonly dueAt?: Date;
  /** Text that the API of an earlier version may have accepted. */
  readonly asParsed?: (order: Transaction) => Transaction;
}

/** Stores an order with its decision through the product's services, without a workflow. */
export const seedOrder = async (api: Api, seed: Seed = {}): Promise<string> => {
  const { orderId = `T-${randomUUID()}`, groupId = '1', banner = 's5a' } = seed;
  const now = new Date();
  const { asParsed = (order) => order } = seed;
  const parsed = asParsed(parsedExample({ orderId, groupId, banner }));
  const received = receiveTransaction(api.deps.tokeniser, parsed);
  const { transactionId } = received;
  await openTransaction({ db: api.pool, vault: api.deps.vault }, received);
  await recordDecision(
    { db: api.pool, now },
    { version: 0, policy: exampleSettings().banners[banner].policy },
    {
      transactionId,
      banner,
      local: {
        totalScore: seed.outcome === 'accept' ? 0 : 45,
        outcome: seed.outcome ?? 'review',
        hits: [],
        erroredRules: [],
        facts: {},
        ruleSetHash: 'test',
        rejectFrom: 80,
      },
      answers: seed.isUrgent === true ? [escalated] : [],
      homeAmount: null,
      reviewDueAt: seed.dueAt ?? new Date(now.getTime() + 3_600_000),
    },
  );
  return transactionId;
};
