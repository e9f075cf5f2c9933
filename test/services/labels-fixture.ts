import { randomUUID } from 'node:crypto';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import { LabelStatement } from '../../contracts/v1/labels.js';
import type { Pool } from '../../db/pool.js';
import type { LocalScore, PartnerAnswer } from '../../domain/votes.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { stateLabels } from '../../services/labels/statements.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { recordDecision } from '../../services/transactions/decisions.js';
import { type Overrides, parsedExample } from '../support/transactions.js';

const keyring = new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]);
const tokeniser = createTokeniser(keyring, Buffer.alloc(32, 9));
const vault = createVault(keyring);

export const analyst = { name: 'analyst:ann' };

/** Stores an order through the product's services, as received now. Returns its id. */
export const storeOrder = async (
  pool: Pool,
  overrides: Overrides<Transaction> = {},
): Promise<string> => {
  const received = receiveTransaction(
    tokeniser,
    parsedExample({ orderId: randomUUID(), ...overrides }),
  );
  await openTransaction({ db: pool, vault }, received);
  return received.transactionId;
};

export interface Decided {
  readonly score?: Partial<LocalScore>;
  readonly answers?: readonly PartnerAnswer[];
  readonly at: Date;
}

/** Stores the decision of an order through the product's services. */
export const decideOrder = async (
  pool: Pool,
  transactionId: string,
  { score = {}, answers = [], at }: Decided,
): Promise<void> => {
  const local = { totalScore: 0, outcome: 'accept', hits: [], erroredRules: [] } as const;
  await recordDecision(
    { db: pool, now: at },
    { version: 0, policy: Policy.parse({}) },
    {
      transactionId,
      banner: 's5a',
      local: { ...local, facts: {}, ruleSetHash: 'set-1', ...score },
      answers,
      homeAmount: null,
      reviewDueAt: at,
    },
  );
};

/** When labels are stated: at the receipt of the orders, so that both have the same day. */
export const sayAt = new Date();

/** A UTC day this many days later. */
export const sayDay = (days = 0): string =>
  new Date(sayAt.getTime() + days * 86_400_000).toISOString().slice(0, 10);

interface Saying {
  readonly matchDays?: number;
  readonly now?: Date;
  readonly isAllOrNothing?: boolean;
}

/** States labels as an analyst does over the API. Returns the answer. */
export const say = async (
  pool: Pool,
  statements: readonly unknown[],
  { matchDays = 3, now = sayAt, isAllOrNothing = true }: Saying = {},
) => {
  const given = statements.map((one) => LabelStatement.parse(one));
  const options = { source: 'api', matchDays, isAllOrNothing } as const;
  return stateLabels({ db: pool, actor: analyst, now }, { statements: given, ...options });
};

/** The result of each statement in words; throws when all were refused. */
export const resultsOf = async (stated: ReturnType<typeof say>) => {
  const outcome = await stated;
  if (outcome.kind !== 'stated') throw new Error('refused');
  return outcome.results;
};
