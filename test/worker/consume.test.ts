import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertAlerts } from '../../db/alert-events.js';
import { setMembersAlertsDue } from '../../db/alert-evidence.js';
import { insertDue, workChannel } from '../../db/due.js';
import { listenForNotices } from '../../db/listen.js';
import type { Queryable } from '../../db/pool.js';
import { createLogger } from '../../runtime/logger.js';
import { keepPush } from '../../services/evidence/aifi-pushes.js';
import { withdrawLabel } from '../../services/labels/statements.js';
import { watchControls } from '../../temporal/live-controls.js';
import { watchRules } from '../../temporal/live-rules.js';
import { type Consumer, startConsuming } from '../../worker/consume.js';
import { ordersIn, tokeniser, vault } from '../services/alert-feed-fixture.js';
import { openDatabase } from '../services/database.js';
import { analyst, resultsOf, say } from '../services/labels-fixture.js';
import { countingStatements } from '../support/counting-statements.js';
import { defaultRuleSet, exampleSettings } from '../support/rules.js';
import { until } from '../support/until.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());

const logger = createLogger('worker', 'fatal');
const now = () => new Date();

/** A consumer that finishes what it finds, and notes when. */
const taking = (name: Consumer['name'], done: string[]): Consumer => ({
  ...{ name, batch: 10 },
  work: async () => {
    const { rows } = await database.pool.query<{ key: string }>(
      'delete from due_work where consumer = $1 and due_at <= now() returning key',
      [name],
    );
    done.push(...rows.map(({ key }) => key));
    return false;
  },
});

const consuming = (
  consumers: readonly Consumer[],
  pollMs: number,
  db: Queryable = database.pool,
) => {
  const ending = new AbortController();
  const { signal } = ending;
  const { wake, wakeSoon, ended } = startConsuming({
    ...{ db, consumers, now, logger, signal, pollMs },
  });
  return {
    ...{ wake, wakeSoon, signal },
    end: async () => {
      ending.abort();
      await ended;
    },
  };
};

const add = (name: Consumer['name'], key: string, dueAt = new Date()) =>
  insertDue(database.pool, name, [{ key, dueAt }]);

it('a statement that notifies wakes a worker, also after its connection was lost', async () => {
  const done: string[] = [];
  let losses = 0;
  const loop = consuming([taking('aifi', done)], 600_000);
  const listening = listenForNotices(database.url, {
    channels: { [workChannel]: loop.wake },
    connected: loop.wake,
    lost: () => {
      losses += 1;
    },
    signal: loop.signal,
  });
  const listeners = `select pid from pg_stat_activity
    where datname = current_database() and application_name = 'verdict-listen'`;
  const isListening = async () => (await database.pool.query(listeners)).rowCount === 1;
  const notified = async (key: string) => {
    await add('aifi', key);
    await database.pool.query(`select pg_notify('verdict_work', '')`);
    await until('it is done', () => Promise.resolve(done.includes(key)));
  };
  await until('it listens', isListening);
  await notified('first');
  await database.pool.query(`select pg_terminate_backend(pid) from (${listeners}) as one`);
  await until('the connection is gone', async () => !(await isListening()));
  await until('the listener knows', async () => losses === 1);
  await add('aifi', 'while it was away');
  await until('it is done', () => Promise.resolve(done.includes('while it was away')));
  await notified('second');
  await loop.end();
  await listening;
  expect(done).toEqual(['first', 'while it was away', 'second']);
});

it('a write off the answer path wakes workers by its own statement: labels, pushes, alerts', async () => {
  const { pool } = database;
  const ending = new AbortController();
  let wakes = 0;
  const wake = () => {
    wakes += 1;
  };
  const listening = listenForNotices(database.url, {
    channels: { [workChannel]: wake },
    connected: wake,
    signal: ending.signal,
  });
  await until('it listens', () => Promise.resolve(wakes > 0));
  const transactionId = await ordersIn(pool).decided('accept', Date.now());
  let labelId = '';
  const alert = {
    ...{ position: 1, ruleId: 1, ruleName: 'r', metric: 'm', owner: '4711', store: null },
    ...{ quantity: 1, createdAtMs: Date.now(), suppressedCount: 0, hasRecipients: true },
  };
  const push = { vault, tokeniser, db: pool };
  const stores = [
    async () => {
      const [said] = await resultsOf(say(pool, [{ transactionId, kind: 'fraud' }], { now: now() }));
      labelId = said?.label?.labelId ?? '';
    },
    () => withdrawLabel({ db: pool, actor: analyst, now: now() }, { labelId, reason: 'a mistake' }),
    () =>
      keepPush({ ...push, now: now() }, { sessionId: randomUUID(), timeOfOrigin: '2026-11-21' }),
    () => insertAlerts(pool, 'loyalty', [alert], now()),
    () => setMembersAlertsDue(pool, [4711], now()),
  ];
  for (const store of stores) {
    const before = wakes;
    await store();
    await until('a worker is woken', () => Promise.resolve(wakes > before));
  }
  ending.abort();
  await listening;
  expect(wakes).toBeGreaterThan(stores.length);
  await pool.query('truncate transactions, due_work cascade');
});

it('work without a notification is found by the next poll, and later work at its time', async () => {
  const done: string[] = [];
  const loop = consuming([taking('aifi', done)], 300);
  await add('aifi', 'later', new Date(Date.now() + 1500));
  await add('aifi', 'now');
  await until('it is done', () => Promise.resolve(done.length === 1));
  expect(done).toEqual(['now']);
  await until('the other is done', () => Promise.resolve(done.length === 2));
  await loop.end();
});

it('a consumer that fails or hangs delays no other, and is retried', async () => {
  const done: string[] = [];
  let tries = 0;
  let release: () => void = () => undefined;
  const hanging = new Promise<boolean>((resolve) => {
    release = () => resolve(false);
  });
  const failing: Consumer = {
    ...{ name: 'shadow', batch: 1 },
    work: () => {
      tries += 1;
      return Promise.reject(new Error('a fault'));
    },
  };
  const slow: Consumer = { name: 'alert_feed', batch: 1, work: () => hanging };
  for (const name of ['shadow', 'alert_feed', 'aifi'] as const) await add(name, 'x');
  const loop = consuming([failing, slow, taking('aifi', done)], 600_000);
  await until('the third is done', () => Promise.resolve(done.length === 1));
  await until('the first is tried again', () => Promise.resolve(tries >= 2));
  release();
  await loop.end();
  expect(done).toEqual(['x']);
  await database.pool.query('delete from due_work');
});

it('steps of orders within half a second share one poll, and a consumer at rest asks no more', async () => {
  const { pool, count } = countingStatements(database.pool);
  const polls = () => count('look-for-work');
  const done: string[] = [];
  const loop = consuming([taking('aifi', done)], 600_000, pool);
  await until('the first poll is done', () => Promise.resolve(polls() === 1));
  const startMs = performance.now();
  await add('aifi', 'x');
  const steps = setInterval(loop.wakeSoon, 20);
  await until('it is done', () => Promise.resolve(done.length === 1));
  await until('more steps have ended', () => Promise.resolve(performance.now() - startMs > 1200));
  clearInterval(steps);
  await loop.end();
  // One more after the consumer has rested.
  expect(polls()).toBeLessThanOrEqual(1 + (performance.now() - startMs) / 500 + 1);
});

it('with nothing to do a worker asks Postgres at most four times a second', async () => {
  const { pool: counting, count } = countingStatements(database.pool);
  const loop = consuming([], 5000, counting);
  const settings = exampleSettings();
  const watched = [
    watchControls(counting, settings, () => undefined),
    watchRules(counting, { version: 0, ruleSet: defaultRuleSet() }, () => undefined),
  ];
  await Promise.all(watched.map((one) => one.loaded()));
  const before = count();
  await new Promise((resolve) => setTimeout(resolve, 4000));
  // Besides these there are the partners' reports, every six seconds, and nine checks every ten.
  const besides = 4 * (1 / 6 + 9 / 10);
  expect((count() - before + besides) / 4).toBeLessThanOrEqual(4);
  await loop.end();
  await Promise.all(watched.map((one) => one.stop()));
});
