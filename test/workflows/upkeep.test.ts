import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createUpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';
import { failureConverterPath } from '../../runtime/data-converter.js';
import { queuesOf } from '../../temporal/queues.js';
import { ensureWorkflowBundle } from '../../worker/bundle.js';
import { pollSparkflyWorkflowIdOf } from '../../workflows/sparkfly/messages.js';
import { type Activities, anHour, startActivities } from '../activities/fixture.js';
import { storeDecisions } from '../services/drift-fixture.js';
import { resultsOf, say } from '../services/labels-fixture.js';
import { connectNow } from '../../runtime/temporal.js';

const dataConverter = { failureConverterPath };
const taskQueue = `upkeep-${randomUUID()}`;
const { upkeep } = queuesOf(taskQueue);

let own: Activities;
let client: Client;
let native: NativeConnection;
let workers: readonly Worker[] = [];
let running: Promise<unknown>;

type Steps = Record<string, (...given: never[]) => Promise<unknown>>;

/** Replacements for some of the real steps. */
let instead: Steps = {};

beforeAll(async () => {
  own = await startActivities();
  const address = inject('temporalAddress');
  client = new Client({
    connection: await connectNow({ address }),
    dataConverter,
  });
  native = await NativeConnection.connect({ address });
  const steps: Steps = createUpkeepActivities(own.deps);
  const codePath = await ensureWorkflowBundle(join(inject('varDir'), 'bundles'));
  const common = { connection: native, dataConverter };
  const activities = Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [
      name,
      (...given: never[]) => (instead[name] ?? step)(...given),
    ]),
  );
  workers = [
    await Worker.create({ ...common, taskQueue, workflowBundle: { codePath } }),
    await Worker.create({ ...common, taskQueue: upkeep, activities }),
  ];
  running = Promise.all(workers.map((worker) => worker.run()));
});

beforeEach(() => {
  instead = {};
});

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await running;
  await native?.close();
  await client?.connection.close();
  await own?.stop();
});

/** Runs a workflow as its schedule does. Returns its result. */
const run = async <T>(type: string): Promise<T> =>
  (await client.workflow.execute(type, {
    taskQueue,
    workflowId: `${type}-${randomUUID()}`,
  })) as T;

/** A chargeback stated this long ago. Returns its order. */
const saidAgo = async (hours: number): Promise<string> => {
  const transactionId = await own.scored('accept');
  const now = new Date(Date.now() - hours * anHour);
  await own.pool.query('update transactions set received_at = $2 where transaction_id = $1', [
    transactionId,
    now,
  ]);
  const amount = { amount: 20, currency: 'USD', date: now.toISOString().slice(0, 10) };
  await resultsOf(say(own.pool, [{ transactionId, kind: 'chargeback', ...amount }], { now }));
  return transactionId;
};

describe('sending Sardine chargebacks', () => {
  it('ends after five that it did not accept; the next run retries', async () => {
    await saidAgo(31 * 24);
    const ids: string[] = [];
    for (let hours = 8; hours > 0; hours -= 1) ids.push(await saidAgo(hours));
    await own.fault('sardine', { status: 503, times: 5, path: '/v1/feedbacks' });
    expect(await run('tellChargebacks')).toEqual({ told: 0, givenUp: 0, later: 5 });
    expect(await run('tellChargebacks')).toEqual({ told: 8, givenUp: 0, later: 0 });
    expect(await own.toldOf()).toEqual([...ids.slice(0, 5), ...ids]);
    expect(await run('tellChargebacks')).toEqual({ told: 0, givenUp: 0, later: 0 });
  });

  it('continues page after page in one run, each once, however many runs there are', async () => {
    const before = (await own.toldOf()).length;
    const ids: string[] = [];
    for (let n = 0; n < 55; n += 1) ids.push(await saidAgo(1));
    const runs = ['tellChargebacks', 'tellChargebacks', 'tellChargebacks'];
    await Promise.all(runs.map((type) => run(type)));
    expect(await run('tellChargebacks')).toMatchObject({ told: 0 });
    const told = (await own.toldOf()).slice(before);
    expect(told.toSorted()).toEqual(ids.toSorted());
  });

  it('is sent once although its result cannot be stored at first', async () => {
    await saidAgo(1);
    const before = (await own.toldOf()).length;
    const { noteChargeback } = createUpkeepActivities(own.deps);
    let tries = 0;
    instead = {
      noteChargeback: (note: Parameters<typeof noteChargeback>[0]) => {
        tries += 1;
        return tries < 2 ? Promise.reject(new Error('away')) : noteChargeback(note);
      },
    };
    expect(await run('tellChargebacks')).toMatchObject({ told: 1 });
    expect([tries, (await own.toldOf()).length]).toEqual([2, before + 1]);
  });
});

describe('deleting what is old', () => {
  const none = {
    evidence: 0,
    pushes: 0,
    activities: 0,
    alerts: 0,
    rules: 0,
    orderEvents: 0,
    sardineCustomers: 0,
    consoleSessions: 0,
    consoleEntries: 0,
    consoleBrowsers: 0,
  };

  it('continues until nothing is left, and completes with the number of deleted rows', async () => {
    let parts = 0;
    instead = {
      deleteSomeOldRows: () => {
        parts += 1;
        const deleted = { ...none, evidence: 2, alerts: 1 };
        return Promise.resolve({ deleted, hasMore: parts < 103 });
      },
    };
    expect(await run('deleteOldRows')).toEqual({ ...none, evidence: 206, alerts: 103 });
    expect(parts).toBe(103);
  });

  it('works with the real steps', async () => {
    expect(await run('deleteOldRows')).toEqual(none);
  });
});

it('what a large order and the usual traffic were is noted for yesterday, once', async () => {
  await run('noteDayTotals');
  await run('noteDayTotals');
  const { rows } = await own.pool.query<{ banner: string; age: number }>(
    `select banner, (now() at time zone 'UTC')::date - day as age
      from banner_totals order by banner`,
  );
  expect(rows).toEqual(['bay', 'lat', 'o5a', 's5a'].map((banner) => ({ banner, age: 1 })));
  const counted = await own.pool.query<{ age: number }>(
    `select (now() at time zone 'UTC')::date - day as age from usual_traffic_days`,
  );
  expect(counted.rows).toEqual([{ age: 1 }]);
});

it('what decisions were like is counted for five weeks at first, then for today', async () => {
  const banners = 4;
  const first = new Date(Date.now() - 35 * 24 * anHour);
  await storeDecisions(own.pool, { at: first, orders: 1 });
  expect(await run('noteDrift')).toEqual({ days: 36 * banners, signs: 0 });
  expect(await run('noteDrift')).toEqual({ days: banners, signs: 0 });
});

it('an alarm names each fact, rule and partner that today shows as it never was', async () => {
  const at = (daysAgo: number) => new Date(Date.now() - daysAgo * 24 * anHour);
  await own.pool.query('delete from drift_days');
  await storeDecisions(own.pool, { ...{ at: at(20), orders: 400, level: 'low', banner: 'lat' } });
  const today = { at: at(0), orders: 400, level: 'high', rules: ['R34'], banner: 'lat' };
  await storeDecisions(own.pool, today);
  own.alarms.splice(0);
  expect(await run('noteDrift')).toMatchObject({ signs: 2 });
  expect(own.alarms.toSorted()).toEqual(['drift_partner_shifted', 'drift_rule_surging']);
});

describe('keeping Sparkfly polled', () => {
  it('leaves alone a poll workflow that an earlier release started, and restarts a terminated one', async () => {
    const workflowId = pollSparkflyWorkflowIdOf(taskQueue);
    const before = await client.workflow.start('pollSparkflyAlerts', { taskQueue, workflowId });
    const polling = client.workflow.getHandle(workflowId);
    try {
      expect(await run('keepSparkflyPolled')).toBe('running');
      expect((await polling.describe()).runId).toBe(before.firstExecutionRunId);
      await polling.terminate();
      expect(await run('keepSparkflyPolled')).toBe('begun');
      const { runId, status, taskQueue: queue } = await polling.describe();
      expect([status.name, queue]).toEqual(['RUNNING', taskQueue]);
      expect(await run('keepSparkflyPolled')).toBe('running');
      expect((await polling.describe()).runId).toBe(runId);
    } finally {
      await polling.terminate();
    }
  });
});
