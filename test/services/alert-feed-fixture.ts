import { randomUUID } from 'node:crypto';
import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import type { Pool, Queryable } from '../../db/pool.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { feedOrders } from '../../services/alerts/order-feed.js';
import { recordVerdict } from '../../services/cases/verdicts.js';
import type { Vault } from '../../services/context.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { recordDecision } from '../../services/transactions/decisions.js';
import { type Overrides, parsedExample } from '../support/transactions.js';
import { dispatch, dueIn } from './due-work.js';
import { newKey } from './lists-fixture.js';

export const startMs = Date.UTC(2026, 10, 21, 12);

export const tokeniser = createTokeniser(new Keyring([newKey('card')]), Buffer.alloc(32, 9));

export const vault = createVault(new Keyring([newKey('payload')]));

const noRules = { hits: [], erroredRules: [], facts: {}, ruleSetHash: 'none', totalScore: 0 };

/** The owner of a kind with a value, as activities name it. */
export const ownerOf = (kind: 'email' | 'account' | 'device' | 'ip' | 'salesRep', value: string) =>
  `${kind}:${(tokeniser.subjectTokens(kind, value)[tokeniser.currentKeyId] ?? '').slice(0, 32)}`;

export const cardOwnerOf = (cardNumber: string): string => {
  const { tokens, tokenKeyId } = tokeniser.cardTokens(cardNumber);
  return `card:${(tokens[tokenKeyId] ?? '').slice(0, 32)}`;
};

/** Orders as the product stores, decides and ends them, each at an instant of its own. */
export const ordersIn = (pool: Pool) => {
  const open = async (overrides: Overrides<Transaction>, sealing: Vault = vault) => {
    const parsed = parsedExample({ orderId: randomUUID(), ...overrides });
    const received = receiveTransaction(tokeniser, parsed);
    await openTransaction({ db: pool, vault: sealing }, received);
    return received.transactionId;
  };
  const decide = (
    transactionId: string,
    outcome: Outcome,
    atMs: number,
    db: Queryable = pool,
  ): ReturnType<typeof recordDecision> =>
    recordDecision(
      { db, now: new Date(atMs) },
      { version: 0, policy: Policy.parse({}) },
      {
        ...{ transactionId, banner: 's5a', local: { ...noRules, outcome }, answers: [] },
        ...{ homeAmount: 1, reviewDueAt: new Date(atMs + 1000) },
      },
    );
  const decided = async (
    outcome: Outcome,
    atMs: number,
    overrides: Overrides<Transaction> = {},
  ): Promise<string> => {
    const id = await open(overrides);
    await decide(id, outcome, atMs);
    return id;
  };
  const verdict = (
    transactionId: string,
    outcome: 'accept' | 'reject',
    atMs: number,
    round = 0,
  ): ReturnType<typeof recordVerdict> => {
    const by = { source: 'api', reviewer: 'reviewer:test', remarks: '' } as const;
    const given = { transactionId, round, outcome, ...by };
    return recordVerdict({ db: pool, vault, now: new Date(atMs) }, given);
  };
  return { open, decide, decided, verdict };
};

/** One batch of the events that are due at an instant. */
export const feed = async (pool: Pool, atMs: number, limit = 50, opening: Vault = vault) => {
  await dispatch(pool);
  return feedOrders({ db: pool, vault: opening, tokeniser, now: new Date(atMs) }, { limit });
};

/** Feeds until nothing is left. */
export const feedAll = async (pool: Pool, atMs: number, limit = 50): Promise<number> => {
  for (let counted = 0; ; ) {
    const fed = await feed(pool, atMs, limit);
    counted += fed.counted;
    if (!fed.hasMore) return counted;
  }
};

/** The counted activities, in the order of their arrival. */
export const countedIn = async (pool: Pool) => {
  const { rows } = await pool.query<
    Record<'client_id' | 'metric' | 'owner' | 'store', string> & { occurred_at: Date }
  >(`select client_id, metric, owner, store, occurred_at from alert_activities
    where family = 'own' order by arrival`);
  return rows.map((row) => ({
    ...{ id: row.client_id, metric: row.metric, owner: row.owner, store: Number(row.store) },
    ...{ quantity: 1, occurredAtMs: row.occurred_at.getTime() },
  }));
};

/** The events that wait to be counted. */
export const waitingIn = async (pool: Pool) => {
  const waiting = await dueIn(pool, 'alert_feed');
  return waiting
    .map(({ details, since, due_at: dueAt }) => ({
      ...(details as { readonly transactionId: string; readonly kind: string }),
      ...{ happenedAtMs: since.getTime(), dueAtMs: dueAt.getTime() },
    }))
    .toSorted((one, other) => one.happenedAtMs - other.happenedAtMs);
};
