import { randomUUID } from 'node:crypto';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import type { NewBacktest } from '../../contracts/v1/backtests.js';
import type { Settings } from '../../contracts/settings.js';
import type { Pool } from '../../db/pool.js';
import { noLookups } from '../../domain/lookups.js';
import type { ErroredRule, PartnerAnswer } from '../../domain/votes.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { createBacktest } from '../../services/backtests/create.js';
import { evaluatePart } from '../../services/backtests/evaluate.js';
import { finishBacktest, planBacktest } from '../../services/backtests/run.js';
import { readBacktest } from '../../services/backtests/read.js';
import { readRuleText } from '../../services/rule-sets/read-text.js';
import { readShippedRules } from '../../services/rule-sets/versions.js';
import { loadFactSource } from '../../services/transactions/fact-source.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { recordDecision } from '../../services/transactions/decisions.js';
import { exampleSettings } from '../support/rules.js';
import { type Overrides, parsedExample } from '../support/transactions.js';
import { guard } from '../support/guard.js';

export const keyring = new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]);
export const tokeniser = createTokeniser(keyring, Buffer.alloc(32, 9));
export const vault = createVault(keyring);
export const shipped = readShippedRules('rules/default.yaml');
export const actor = { name: 'analyst:test' };

/** A rule set with a rule for each of these totals, as an analyst writes it. */
export const textOf = (rules: readonly object[], more: object = {}): string =>
  JSON.stringify({ rules, ...more });

export const totalRule = (id: string, from: number, points: number, more: object = {}) => ({
  id,
  name: `${id} total`,
  cases: [{ when: `tx.orderTotal >= ${from}.0`, points, reason: 'Total {tx.orderTotal}.' }],
  ...more,
});

/** By card and hour; the history of the order decides. */
export const cardRule = (id: string, from: number, points: number) => ({
  id,
  name: `${id} card`,
  cases: [{ when: `byCard.orders1h >= ${from}.0`, points, reason: 'By this card.' }],
});

export const answered = (
  partner: 'sardine' | 'yleo',
  outcome: 'accept' | 'review' | 'reject',
): PartnerAnswer => ({
  ...{ kind: 'answered', partner, outcome, priority: 'normal', evidence: {}, latencyMs: 5 },
  label: partner === 'sardine' ? 'low' : 'Approved',
});

const depsOf = (pool: Pool, settings: Settings) => ({
  ...{ db: pool, vault, tokeniser, settings, lookups: noLookups },
});

interface Decide {
  readonly rules?: string;
  readonly answers?: readonly PartnerAnswer[];
  readonly settings?: Settings;
  /** The number of the rules. */
  readonly version?: number;
  /** Replaces the stored facts, as if another version had stored them. */
  readonly alter?: (facts: Record<string, unknown>) => void;
  /** Rules that could not be evaluated. */
  readonly errored?: readonly ErroredRule[];
}

/** Stores an order and decides it as the product does. */
export const decide = async (
  pool: Pool,
  overrides: Overrides<Transaction>,
  {
    rules = shipped.text,
    answers = [],
    settings = exampleSettings(),
    version = 0,
    alter,
    errored = [],
  }: Decide = {},
) => {
  const received = receiveTransaction(
    tokeniser,
    parsedExample({ orderId: randomUUID(), ...overrides }),
  );
  const { transactionId, transaction } = received;
  await openTransaction({ db: pool, vault }, received);
  const read = readRuleText(rules);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const source = await loadFactSource(depsOf(pool, settings), transactionId, read.ruleSet);
  const local = scoreTransaction(read.ruleSet, transaction, source);
  const facts = { ...local.facts };
  alter?.(facts);
  const { banner } = transaction;
  const isHome = transaction.currencyCode === settings.banners[banner].currency;
  const { decision } = await recordDecision(
    { db: pool, now: new Date() },
    { version: 0, policy: settings.banners[banner].policy },
    {
      ...{ transactionId, banner, answers },
      local: {
        ...{ ...local, facts, ruleSetVersion: version },
        ...(errored.length > 0 && { erroredRules: errored, outcome: 'review' }),
      },
      homeAmount: isHome ? transaction.orderTotal : null,
      reviewDueAt: new Date(),
    },
  );
  return { transactionId, transaction, ...decision };
};

const dayMs = 86_400_000;

export const periodOfToday = () => ({
  from: new Date(Date.now() - dayMs).toISOString(),
  to: new Date(Date.now() + dayMs).toISOString(),
});

/** Creates a backtest of today's orders. */
export const askFor = async (pool: Pool, asked: Partial<NewBacktest>): Promise<string> => {
  const created = await createBacktest(
    { db: pool, shipped, guard, actor, now: new Date() },
    { facts: 'stored', note: '', ...periodOfToday(), ...asked },
  );
  if (created.kind !== 'created') throw new Error(created.kind);
  return created.backtest.backtestId;
};

/** Evaluates one part in this process. */
export const evaluate = (
  pool: Pool,
  backtestId: string,
  part: number,
  settings = exampleSettings(),
): Promise<void> =>
  evaluatePart(depsOf(pool, settings), { backtestId, part, signal: new AbortController().signal });

/** Runs a backtest of today's orders from its beginning to its result. */
export const backtest = async (
  pool: Pool,
  asked: Partial<NewBacktest>,
  settings = exampleSettings(),
) => {
  const backtestId = await askFor(pool, asked);
  const parts = await planBacktest({ db: pool }, backtestId);
  for (let part = 0; part < parts; part += 1) await evaluate(pool, backtestId, part, settings);
  await finishBacktest({ db: pool, now: new Date() }, backtestId);
  const { result, hint } = (await readBacktest({ db: pool }, backtestId)) ?? {};
  if (!result) throw new Error('the backtest has no result');
  return { backtestId, result, hint };
};
