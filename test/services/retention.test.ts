import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deleteOld } from '../../services/retention.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
beforeEach(() => database.pool.query('truncate aifi_pushes, alert_activities'));
afterAll(() => database?.close());

const now = new Date('2026-11-21T12:00:00Z');
const context = () => ({ db: database.pool, now });
const settings = { evidence: { retentionDays: 100 }, alerts: { retentionDays: 300 } };

/** So many pushes and activities that came some days ago. */
const store = async (days: number, count = 1): Promise<void> => {
  await database.pool.query(
    `insert into aifi_pushes (push_id, push_key, occurred_at, received_at, body, flags, due_at)
      select gen_random_uuid(), ($1 || '/' || n)::bytea, at, at, '\\x00', '{}', at
      from generate_series(1, $2) n, lateral (select $3::timestamptz - $1 * interval '24h') t (at)`,
    [days, count, now],
  );
  await database.pool.query(
    `insert into alert_activities (arrival, family, client_id, metric, owner, quantity,
      occurred_at, received_at)
      select $1 * 1000000 + n, 'loyalty', $1 || '/' || n, 'm', '1', 1, at, at
      from generate_series(1, $2) n, lateral (select $3::timestamptz - $1 * interval '24h') t (at)`,
    [days, count, now],
  );
};

const daysIn = async (table: string): Promise<number[]> => {
  const { rows } = await database.pool.query<{ days: number }>(
    `select extract(day from $1::timestamptz - received_at)::int as days from ${table} order by 1`,
    [now],
  );
  return rows.map(({ days }) => days);
};

it('evidence and alerts are each deleted after their own days', async () => {
  for (const days of [99, 101, 299, 301]) await store(days);
  const { deleted, hasMore } = await deleteOld(context(), { settings, statementsMax: 10 });
  expect(await daysIn('aifi_pushes')).toEqual([99]);
  expect(await daysIn('alert_activities')).toEqual([99, 101, 299]);
  expect([deleted, hasMore]).toEqual([
    {
      evidence: 0,
      pushes: 3,
      activities: 1,
      alerts: 0,
      rules: 0,
      orderEvents: 0,
      sardineCustomers: 0,
    },
    false,
  ]);
});

it('the cache of customers that Sardine knows loses its expired entries, and no others', async () => {
  const seconds = (count: number) => new Date(now.getTime() + count * 1000);
  await database.pool.query(
    `insert into sardine_customers (cache_key, expires_at) values ('old', $1), ('new', $2)`,
    [seconds(-1), seconds(1)],
  );
  const { deleted } = await deleteOld(context(), { settings, statementsMax: 10 });
  expect(deleted.sardineCustomers).toBe(1);
  const { rows } = await database.pool.query('select cache_key as key from sardine_customers');
  expect(rows).toEqual([{ key: 'new' }]);
});

it('work of many rows is done in pieces, each within its statements, and none is left', async () => {
  await store(301, 2500);
  const counts: number[] = [];
  let statements = 0;
  const onStatement = () => {
    statements += 1;
  };
  for (let hasMore = true; hasMore; ) {
    const plan = { settings, statementsMax: 8, onStatement };
    const part = await deleteOld(context(), plan);
    counts.push(part.deleted.pushes + part.deleted.activities);
    expect(statements).toBeLessThanOrEqual(8 * counts.length);
    ({ hasMore } = part);
    expect(counts.length).toBeLessThan(10);
  }
  expect(counts.reduce((sum, count) => sum + count)).toBe(5000);
  expect(counts.length).toBeGreaterThan(1);
  expect([await daysIn('aifi_pushes'), await daysIn('alert_activities')]).toEqual([[], []]);
});

it('deletion ends between two statements when it is cancelled', async () => {
  await store(301, 1500);
  let statements = 0;
  const onStatement = () => {
    statements += 1;
    if (statements === 3) throw new Error('ended');
  };
  const plan = { settings, statementsMax: 10, onStatement };
  await expect(deleteOld(context(), plan)).rejects.toThrow('ended');
  expect(await daysIn('aifi_pushes')).toHaveLength(500);
});
