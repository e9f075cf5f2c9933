import { afterAll, beforeAll, expect, it } from 'vitest';
import { markSettled } from '../../services/transactions/settlement.js';
import { insertTransactions } from '../support/rows.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase(2);
});
afterAll(() => database?.close());

const now = new Date('2026-11-21T12:00:00Z');

it.each([
  ['process', 'processed'],
  ['cancel', 'cancelled'],
] as const)('%s is noted once, with one audit row', async (action, status) => {
  const { pool } = database;
  await insertTransactions(pool, 'settling', now, 1);
  const { rows: open } = await pool.query<{ id: string }>(
    `select transaction_id as id from transactions where status = 'settling'`,
  );
  const id = open[0]?.id ?? '';
  expect(await markSettled({ db: pool, now }, id, action)).toBe(true);
  expect(await markSettled({ db: pool, now }, id, action)).toBe(false);
  const { rows } = await pool.query(
    `select t.status, a.action, a.details from transactions t
      join audit a on a.object = t.transaction_id where t.transaction_id = $1`,
    [id],
  );
  expect(rows).toEqual([{ status, action: 'settlement.done', details: { action } }]);
});
