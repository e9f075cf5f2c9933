import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createPool } from '../../db/pool.js';
import { settlementAge } from '../../services/transactions/settlement.js';
import { createMigratedDatabase } from '../support/postgres.js';
import { insertTransactions } from '../support/rows.js';

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('postgresUrl'));
  // One connection: a prepared statement can be explained only where it was prepared.
  pool = createPool({ databaseUrl: database.url, connections: 1, timeoutMs: 5000 });
});

beforeEach(() => pool.query('truncate transactions cascade'));

afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

const now = new Date('2026-11-21T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

describe('the age of settlements', () => {
  it('is 0 while OMS has accepted every order', async () => {
    await insertTransactions(pool, 'processed', minutesAgo(500), 3);
    expect(await settlementAge({ db: pool, now })).toEqual({ waiting: 0, oldestSeconds: 0 });
  });

  it('counts the orders that OMS has not accepted, from the time their settlement was due', async () => {
    await insertTransactions(pool, 'settling', minutesAgo(2), 2);
    await insertTransactions(pool, 'settling', minutesAgo(7.5), 1);
    for (const status of ['deciding', 'in_review', 'cancelled', 'oms_rejected', 'withdrawn']) {
      await insertTransactions(pool, status, minutesAgo(90), 1);
    }
    expect(await settlementAge({ db: pool, now })).toEqual({ waiting: 3, oldestSeconds: 450 });
  });

  it('is never negative when another clock is ahead', async () => {
    await insertTransactions(pool, 'settling', minutesAgo(-1), 1);
    expect(await settlementAge({ db: pool, now })).toEqual({ waiting: 1, oldestSeconds: 0 });
  });

  it('is read from the index of settling orders, however many others there are', async () => {
    await insertTransactions(pool, 'processed', minutesAgo(500), 20_000);
    await insertTransactions(pool, 'settling', minutesAgo(20), 40);
    await pool.query('analyze transactions');
    expect(await settlementAge({ db: pool, now })).toEqual({ waiting: 40, oldestSeconds: 1200 });
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>('explain execute "find-settling"');
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('transactions_settling');
    expect(plan).not.toContain('Seq Scan');
  });
});
