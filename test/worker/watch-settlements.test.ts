import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createPool } from '../../db/pool.js';
import { createLogger } from '../../runtime/logger.js';
import { createAlarm, createMetrics } from '../../runtime/metrics.js';
import { createSettlementCheck, watchSettlements } from '../../worker/watch-settlements.js';
import { createMigratedDatabase } from '../support/postgres.js';
import { type Proxy, startProxy } from '../support/proxy.js';
import { insertTransactions } from '../support/rows.js';
import { until } from '../support/until.js';

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let proxy: Proxy;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('postgresUrl'));
  const url = new URL(database.url);
  proxy = await startProxy(url.hostname, Number(url.port));
  url.port = String(proxy.port);
  pool = createPool({ databaseUrl: url.toString(), connections: 1, timeoutMs: 2000 });
});

beforeEach(() => pool.query('truncate transactions, due_work cascade'));

afterAll(async () => {
  await pool?.end();
  await proxy?.close();
  await database?.drop();
});

const startMs = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;
const lateAfterMs = 15 * minute;

const createWatch = () => {
  const logger = createLogger('worker', 'fatal');
  const metrics = createMetrics();
  const alarm = createAlarm(logger, metrics);
  const clock = { nowMs: startMs, readings: 0 };
  const now = () => {
    clock.readings += 1;
    return new Date(clock.nowMs);
  };
  const deps = { db: pool, lateAfterMs, now };
  /** A metric's value in what Prometheus would get; undefined when it is not there. */
  const value = async (name: string): Promise<number | undefined> => {
    const line = (await metrics.registry.metrics()).split('\n').find((l) => l.startsWith(name));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  return {
    parts: { logger, metrics, alarm },
    deps,
    clock,
    check: createSettlementCheck(deps, { metrics, alarm }),
    waiting: () => value('verdict_settlements_waiting '),
    oldest: () => value('verdict_settlement_oldest_seconds '),
    alarms: () => value('verdict_alarms_total{code="settlement_late"}'),
  };
};

const settle = () => pool.query(`update transactions set status = 'processed'`);

describe('a check of the settlements', () => {
  it('sets what is waiting and for how long, and says nothing before the first check', async () => {
    const watch = createWatch();
    expect([await watch.waiting(), await watch.oldest()]).toEqual([undefined, undefined]);
    await insertTransactions(pool, 'settling', new Date(startMs - 90_000), 3);
    await watch.check();
    expect([await watch.waiting(), await watch.oldest()]).toEqual([3, 90]);
    await settle();
    await watch.check();
    expect([await watch.waiting(), await watch.oldest()]).toEqual([0, 0]);
  });

  it('alarms when the line is crossed and then each hour, not at every check', async () => {
    const watch = createWatch();
    await insertTransactions(pool, 'settling', new Date(startMs), 1);
    const alarmsAt: number[] = [];
    for (let minutes = 0; minutes <= 150; minutes += 1) {
      watch.clock.nowMs = startMs + minutes * minute;
      const before = (await watch.alarms()) ?? 0;
      await watch.check();
      if (((await watch.alarms()) ?? 0) > before) alarmsAt.push(minutes);
    }
    expect(alarmsAt).toEqual([16, 76, 136]);
  });

  it('alarms again when orders are late again after a recovery', async () => {
    const watch = createWatch();
    await insertTransactions(pool, 'settling', new Date(startMs - 20 * minute), 1);
    await watch.check();
    await settle();
    await watch.check();
    expect(await watch.alarms()).toBe(1);
    await insertTransactions(pool, 'settling', new Date(startMs - 20 * minute), 1);
    await watch.check();
    expect(await watch.alarms()).toBe(2);
  });

  it('notes each late order once for alert rules, however often workers check', async () => {
    const [one, other] = [createWatch(), createWatch()];
    await insertTransactions(pool, 'settling', new Date(startMs), 2);
    for (let minutes = 14; minutes <= 60; minutes += 1) {
      for (const watch of [one, other]) {
        watch.clock.nowMs = startMs + minutes * minute;
        await watch.check();
      }
      // Written by a worker whose clock is five minutes behind the line.
      const behind = new Date(startMs + 10 * minute);
      if (minutes === 30) await insertTransactions(pool, 'settling', behind, 1);
    }
    const { rows } = await pool.query<{ at: Date }>(
      `select since as at from due_work where consumer = 'alert_feed' order by at`,
    );
    expect(rows.map(({ at }) => (at.getTime() - startMs) / minute)).toEqual([15, 15, 25]);
  });
});

describe('the watch', () => {
  it('keeps the last values while Postgres is down, continues after, and ends at once', async () => {
    const watch = createWatch();
    const ending = new AbortController();
    await insertTransactions(pool, 'settling', new Date(startMs - 60_000), 2);
    const watching = watchSettlements(watch.deps, { ...watch.parts, signal: ending.signal }, 50);
    await until('the first check', async () => (await watch.waiting()) === 2);
    await proxy.cut();
    watch.clock.nowMs += minute;
    const before = watch.clock.readings;
    await until('two looks have failed', async () => watch.clock.readings > before + 2);
    expect([await watch.waiting(), await watch.oldest()]).toEqual([2, 60]);
    await proxy.heal();
    await until('a later check', async () => (await watch.oldest()) === 120);
    ending.abort();
    await watching;
  });

  it('ends within a moment of the abort although the next check is far off', async () => {
    const watch = createWatch();
    const ending = new AbortController();
    const watching = watchSettlements(watch.deps, { ...watch.parts, signal: ending.signal });
    await until('the first check', async () => (await watch.waiting()) === 0);
    const abortedAtMs = performance.now();
    ending.abort();
    await watching;
    expect(performance.now() - abortedAtMs).toBeLessThan(5000);
  });
});
