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

/** This many pushes and activities that arrived some days ago. */
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
  const { deleted, hasMore } = await deleteOld(context(), { settings, statementsMax: 20 });
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
      consoleSessions: 0,
      consoleEntries: 0,
      consoleBrowsers: 0,
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
  const { deleted } = await deleteOld(context(), { settings, statementsMax: 20 });
  expect(deleted.sardineCustomers).toBe(1);
  const { rows } = await database.pool.query('select cache_key as key from sardine_customers');
  expect(rows).toEqual([{ key: 'new' }]);
});

it('sessions, links and known browsers of the console go when they have expired, and no others', async () => {
  const seconds = (count: number) => new Date(now.getTime() + count * 1000);
  await database.pool.query(
    `insert into accounts (account_id, name, display_name, role, password_hash, must_change,
        created_at)
      values (gen_random_uuid(), 'mara', 'Mara', 'lead', 'none', false, now())`,
  );
  for (const [token, expiresAt] of [
    ['old', seconds(-1)],
    ['new', seconds(1)],
  ]) {
    await database.pool.query(
      `with given (token, account_id, at) as (
          select $1::bytea, account_id, $2::timestamptz from accounts
        ), sessions as (
          insert into console_sessions (session_id, token_hash, account_id, started_at,
            last_seen_at, expires_at)
          select gen_random_uuid(), token, account_id, at, at, at from given
        ), entries as (
          insert into console_entries (token_hash, account_id, expires_at)
          select token, account_id, at from given
        )
        insert into console_browsers (token_hash, account_id, expires_at)
        select token, account_id, at from given`,
      [token, expiresAt],
    );
  }
  const { deleted } = await deleteOld(context(), { settings, statementsMax: 20 });
  expect(deleted).toMatchObject({ consoleSessions: 1, consoleEntries: 1, consoleBrowsers: 1 });
  for (const table of ['console_sessions', 'console_entries', 'console_browsers']) {
    const { rows } = await database.pool.query(`select token_hash from ${table}`);
    expect(rows).toEqual([{ token_hash: Buffer.from('new') }]);
  }
});

it('work of many rows is done in pieces, each within its statements, and none is left', async () => {
  await store(301, 2500);
  const counts: number[] = [];
  let statements = 0;
  const onStatement = () => {
    statements += 1;
  };
  for (let hasMore = true; hasMore; ) {
    const plan = { settings, statementsMax: 11, onStatement };
    const part = await deleteOld(context(), plan);
    counts.push(part.deleted.pushes + part.deleted.activities);
    expect(statements).toBeLessThanOrEqual(11 * counts.length);
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
