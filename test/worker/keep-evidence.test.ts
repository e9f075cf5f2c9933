import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../runtime/logger.js';
import { keepEvidence } from '../../worker/keep-evidence.js';
import { openDatabase } from '../services/database.js';
import { until } from '../support/until.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());

const now = new Date('2026-11-21T12:00:00Z');

it('a push that waits is drained although its signal was lost', async () => {
  await database.pool.query(
    `insert into aifi_pushes (push_id, push_key, occurred_at, received_at, body, flags, due_at)
      values ($1, '\\x01', $2, $2, '\\x00', '{}', $2)`,
    [randomUUID(), now],
  );
  const ending = new AbortController();
  let woken = 0;
  const wake = () => {
    woken += 1;
    return Promise.resolve();
  };
  const parts = { logger: createLogger('worker', 'fatal'), signal: ending.signal };
  const keeping = keepEvidence({ db: database.pool, now: () => now, wake }, parts);
  await until('it is woken', async () => woken > 0);
  ending.abort();
  await keeping;
  expect(woken).toBe(1);
});
