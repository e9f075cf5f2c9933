import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../db/migrate.js';
import { findTransaction } from '../../db/transactions.js';
import { undoMigrations } from '../support/undo-migrations.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase(3);
});
afterAll(() => database?.close());

it('a migration behind a long transaction holds up no order for long, and goes through after it', async () => {
  const { pool, url } = database;
  await undoMigrations(pool, '0024');
  const long = await pool.connect();
  await long.query('begin; select from transactions limit 1');
  const migrated = migrate(url);
  const waits: number[] = [];
  for (let order = 0; order < 20; order += 1) {
    const startedAtMs = performance.now();
    await findTransaction(pool, 'none');
    waits.push(performance.now() - startedAtMs);
    await pause(50);
  }
  await long.query('commit');
  long.release();
  await migrated;
  // The migration gives up after 500 ms; otherwise the first order would wait for the commit.
  expect(Math.max(...waits)).toBeLessThan(5000);
  const { rowCount } = await pool.query(
    `select from pg_indexes where indexname = 'transactions_workflow_id_key'`,
  );
  expect(rowCount).toBe(0);
});
