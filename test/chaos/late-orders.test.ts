import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { createPool } from '../../db/pool.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { loadConfig } from '../../runtime/config.js';
import { createVault } from '../../runtime/vault.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { order } from '../support/orders.js';
import { type Reply, type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

/** More than are decided within the 2.5 s after which a caller gets 503. */
const lateOrders = 100;

/** This many are decided before the first order with a waiting caller: a new worker is slow. */
const startedWith = 10;

/** Orders whose callers wait. */
const freshEveryMs = 200;
const freshOrders = 15;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack?.stop());

/** Stores orders like an API that then finds Temporal away: no workflow is started. */
const storeLate = async (): Promise<void> => {
  const config = loadConfig(stack.env);
  const databaseUrl = config.DATABASE_URL.reveal();
  const pool = createPool({ databaseUrl, connections: 4, timeoutMs: 4000 });
  const tokeniser = createTokeniser(config.cardKeys, config.partnerTokenKey);
  const source = { db: pool, vault: createVault(config.payloadKeys) };
  const store = async (): Promise<void> => {
    const parsed = parseTransaction(order());
    if (!parsed.ok) throw new Error('a test order is refused');
    await openTransaction(source, receiveTransaction(tokeniser, parsed.value));
  };
  try {
    await Promise.all(Array.from({ length: lateOrders }, store));
    await pool.query(`update transactions set received_at = received_at - interval '10 minutes'`);
    // The last check of such orders was just as long ago.
    await pool.query(`update sweeps set began_at = began_at - interval '10 minutes'`);
  } finally {
    await pool.end();
  }
};

const undecided = async (): Promise<number> => {
  const { rows } = await stack.db.query(
    `select count(*)::int as orders from transactions
       where status = 'deciding' and received_at < now() - interval '5 minutes'`,
  );
  return (rows as { orders: number }[])[0]?.orders ?? 0;
};

const postFresh = async (): Promise<readonly Reply[]> => {
  const startMs = performance.now();
  const sent: Promise<Reply>[] = [];
  for (let index = 0; index < freshOrders; index += 1) {
    await pause(Math.max(0, startMs + index * freshEveryMs - performance.now()));
    sent.push(stack.post('/transaction', order()));
  }
  return Promise.all(sent);
};

describe('many undecided orders', () => {
  it('are decided, and delay none whose caller waits', async () => {
    await storeLate();
    expect(await undecided()).toBe(lateOrders);
    // A worker checks for them as soon as it starts.
    await stack.restartWorker();
    const rest = lateOrders - startedWith;
    await until('the first are decided', async () => (await undecided()) <= rest);

    const answers = await postFresh();
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));

    await until('all are decided', async () => (await undecided()) === 0);
  });
});
