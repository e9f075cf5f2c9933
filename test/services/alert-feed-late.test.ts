import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Pool } from '../../db/pool.js';
import { feedLateSettlements } from '../../services/alerts/order-feed.js';
import { insertTransactions } from '../support/rows.js';
import { countedIn, feedAll, ordersIn, startMs, waitingIn } from './alert-feed-fixture.js';
import { alertsIn, clearAlerts, rulesIn, settingsOf } from './alerts-fixture.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;

beforeAll(async () => {
  // One connection: a prepared statement can be explained only where it was prepared.
  database = await openDatabase(1);
  ({ pool } = database);
});

afterAll(() => database?.close());

beforeEach(async () => {
  await clearAlerts(pool);
  await pool.query('truncate transactions, due_work cascade');
});

const lateAfterMs = 15 * 60_000;
const never = new Date(0);

const look = (atMs: number, since = never) =>
  feedLateSettlements({ db: pool, now: new Date(atMs) }, { lateAfterMs, since });

describe('a settlement', () => {
  it('is late once it waits for longer than the limit, as of the instant at which it became so', async () => {
    const id = await ordersIn(pool).decided('accept', startMs);
    await look(startMs + lateAfterMs);
    expect(await waitingIn(pool)).toEqual([]);
    // A second worker, later and with its own clock, finds the same.
    for (const lateMs of [1, 5000]) await look(startMs + lateAfterMs + lateMs);
    const happenedAtMs = startMs + lateAfterMs;
    expect(await waitingIn(pool)).toMatchObject([
      { transactionId: id, kind: 'settlement_late', happenedAtMs },
    ]);
    await feedAll(pool, startMs + 2 * lateAfterMs);
    expect(await countedIn(pool)).toMatchObject([
      {
        ...{ id: `settlement_late:${id}:banner`, metric: 'settlements_late' },
        ...{ owner: 'banner:s5a', occurredAtMs: happenedAtMs },
      },
    ]);
    await look(startMs + 3 * lateAfterMs);
    expect(await waitingIn(pool)).toEqual([]);
  });

  it('is not late when OMS has taken the order, or has refused it', async () => {
    const since = new Date(startMs);
    for (const status of ['deciding', 'in_review', 'processed', 'cancelled', 'oms_rejected']) {
      await insertTransactions(pool, status, since, 1);
    }
    await look(startMs + 2 * lateAfterMs);
    expect(await waitingIn(pool)).toEqual([]);
  });

  it('is found among thousands that became late at one instant, and by the run after a fault', async () => {
    await insertTransactions(pool, 'settling', new Date(startMs), 2500);
    const next = await look(startMs + lateAfterMs + 1);
    expect(await waitingIn(pool)).toHaveLength(2500);
    await insertTransactions(pool, 'settling', new Date(startMs + 1), 1);
    await look(startMs + lateAfterMs + 2, next);
    expect(await waitingIn(pool)).toHaveLength(2501);
  });

  it('raises an alert of its banner when so many are late', async () => {
    const rule = {
      ...{ metric: 'settlements_late', quantity: 2, scope: 'all_stores' as const, storeIds: [] },
      ...{ timePeriodMs: 3_600_000, suppressionMs: 3_600_000 },
    };
    const ruleId = await rulesIn(pool, 'own').create(settingsOf(rule));
    for (const n of [0, 1, 2]) await ordersIn(pool).decided('accept', startMs + n);
    await look(startMs + 2 * lateAfterMs);
    await feedAll(pool, startMs + 2 * lateAfterMs);
    expect(await alertsIn(pool)).toMatchObject([
      { ruleId, owner: 'banner:s5a', quantity: 2, suppressedCount: 1 },
    ]);
  });

  it('is found by indexes, however many orders and activities there are', async () => {
    await insertTransactions(pool, 'processed', new Date(startMs), 20_000);
    await insertTransactions(pool, 'settling', new Date(startMs), 300);
    await pool.query(
      `insert into alert_activities (arrival, family, client_id, metric, owner, store, quantity,
          occurred_at, received_at)
        select n, 'own', n::text, 'settlements_late', 'banner:s5a', 1, 1, now(), now()
        from generate_series(1, 20000) as n`,
    );
    await pool.query('analyze transactions, alert_activities, due_work');
    await look(startMs + 2 * lateAfterMs);
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
      `explain execute "insert-late-settlements"
        (now(), '1970-01-01', '', 1000, ${lateAfterMs})`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('transactions_settling');
    expect(plan).toContain('alert_activities_family_client_id_key');
    expect(plan).not.toMatch(/Seq Scan on (transactions|alert_activities)/);
  });
});
