import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../runtime/logger.js';
import { keepEvidence } from '../../worker/keep-evidence.js';
import { openDatabase } from '../services/database.js';
import { exampleSettings } from '../support/rules.js';
import { until } from '../support/until.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());

const now = new Date('2026-11-21T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

const settings = {
  evidence: { ...exampleSettings().evidence, retentionDays: 100 },
  alerts: { ...exampleSettings().alerts, retentionDays: 300 },
};

/** A push and an activity that came so many days ago. */
const store = async (days: number): Promise<void> => {
  await database.pool.query(
    `insert into aifi_pushes (push_id, push_key, occurred_at, received_at, body, flags, due_at)
      values ($1, $2, $3, $3, '\\x00', '{}', $3)`,
    [randomUUID(), Buffer.from(String(days)), daysAgo(days)],
  );
  await database.pool.query(
    `insert into alert_activities (arrival, family, client_id, metric, owner, quantity,
      occurred_at, received_at) values ($1::int, 'loyalty', $1::int::text, 'm', '1', 1, $2, $2)`,
    [days, daysAgo(days)],
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
  const ending = new AbortController();
  const parts = { logger: createLogger('worker', 'fatal'), signal: ending.signal };
  const keeping = keepEvidence({ db: database.pool, settings, now: () => now }, parts);
  await until('the purge', async () => !(await daysIn('alert_activities')).includes(301));
  ending.abort();
  await keeping;
  expect(await daysIn('aifi_pushes')).toEqual([99]);
  expect(await daysIn('alert_activities')).toEqual([99, 101, 299]);
});
