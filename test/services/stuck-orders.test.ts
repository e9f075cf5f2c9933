import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countFreed, insertStuckRun, markFreed } from '../../db/stuck-runs.js';
import { stuckOrders } from '../../services/stuck-orders.js';
import { insertTransactions } from '../support/rows.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let transactionId: string;

beforeAll(async () => {
  database = await openDatabase(2);
  await insertTransactions(database.pool, 'in_review', new Date(), 1);
  const { rows } = await database.pool.query<{ id: string }>(
    'select transaction_id as id from transactions',
  );
  transactionId = rows[0]?.id ?? '';
});
beforeEach(() => database.pool.query('truncate stuck_runs'));
afterAll(() => database?.close());

const now = new Date('2026-11-21T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

const stuck = (runId: string, hours: number) =>
  insertStuckRun(database.pool, {
    ...{ runId, transactionId, cause: 'TIMED_OUT' },
    ...{ failingSince: hoursAgo(hours + 1), seenAt: hoursAgo(hours) },
  });

const free = (hours: number) => markFreed(database.pool, transactionId, hoursAgo(hours));

describe('a run that is stuck', () => {
  it('is listed for as long as it is stuck, and for seven days after it was freed', async () => {
    await stuck('freed 7.1 days ago', 7.1 * 24);
    await stuck('freed 6.9 days ago', 6.9 * 24);
    await free(160);
    await stuck('stuck for a month', 30 * 24);
    const { stuck: count, runs } = await stuckOrders({ db: database.pool, now });
    expect(count).toBe(1);
    expect(runs.map(({ runId, freedAt }) => [runId, freedAt !== null])).toEqual([
      ['stuck for a month', false],
      ['freed 6.9 days ago', true],
    ]);
  });

  it('is reported once, however often the check runs', async () => {
    expect([await stuck('one', 1), await stuck('one', 1), await stuck('two', 1)]).toEqual([
      ...[true, false, true],
    ]);
  });

  it('was freed at one instant: what is freed later moves none, and each counts in its time', async () => {
    await stuck('one', 50);
    await free(49);
    await stuck('two', 10);
    await free(9);
    const count = (hours: number) => countFreed(database.pool, transactionId, hoursAgo(hours));
    expect([await count(8), await count(24), await count(49)]).toEqual([0, 1, 2]);
  });
});
