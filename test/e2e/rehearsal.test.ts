import { randomUUID } from 'node:crypto';
import { QueryNotRegisteredError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { votingPartners } from '../../contracts/voting-partners.js';
import { rehearse } from '../../temporal/rehearsal.js';
import type { Child } from '../support/child.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

/** A rehearsal runs more rounds until their time is steady, or for two seconds. */
const roundsMin = 3;
const roundsMax = 20;
/** Two seconds, within the error of rounds in whole milliseconds. */
const enoughMs = 1900;
/** A worker that takes no run. */
const nobody = { worker: 'nobody', roundsMax };

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ REHEARSAL_ROUNDS: String(roundsMax) });
});

afterAll(() => stack?.stop());

const rehearsals = async () => {
  const query = `WorkflowType = 'rehearse' and TaskQueue = '${stack.env['TEMPORAL_TASK_QUEUE']}'`;
  const found = [];
  for await (const run of stack.temporal.workflow.list({ query })) found.push(run);
  return found;
};

/** The milliseconds of each round of a process, from its own log. */
const roundsOf = ({ lines }: Child): readonly number[] => {
  const line = lines.find((text) => text.includes('"rehearsed"')) ?? '{}';
  return (JSON.parse(line) as { ms?: readonly number[] }).ms ?? [];
};

/** On a busy machine the time limit may end the rehearsal. */
const expectEnough = (ms: readonly number[]) => {
  const totalMs = ms.reduce((sum, one) => sum + one, 0);
  expect(ms.length).toBeGreaterThanOrEqual(totalMs < enoughMs ? roundsMin : 1);
};

/** Every table that knows transactions, with its number of rows. */
const rowsOfOrders = async () => {
  const { rows } = await stack.db.query<{ name: string }>(
    `select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'transaction_id'`,
  );
  const counted = rows.map(async ({ name }) => {
    const { rowCount } = await stack.db.query(`select from ${name}`);
    return [name, rowCount] as const;
  });
  return Promise.all(counted);
};

const metricsOf = async (): Promise<string> => {
  const worker = await fetch(`http://127.0.0.1:${stack.env['METRICS_PORT']}/metrics`);
  return (await worker.text()) + (await stack.get('/metrics', 'operator')).text;
};

describe('API and worker rehearse whole orders before they are ready', () => {
  it('of which nothing remains: no row, call, count or alarm', async () => {
    expectEnough(roundsOf(stack.api));
    expectEnough(roundsOf(stack.worker));
    const tables = await rowsOfOrders();
    expect(tables.length).toBeGreaterThan(7);
    expect(tables.filter(([, rows]) => rows !== 0)).toEqual([]);
    const { rows: keys } = await stack.db.query(`select from api_keys where name <> 'local'`);
    expect(keys).toEqual([]);
    for (const partner of [...votingPartners, 'oms']) {
      const calls = await stack.calls(partner);
      expect(calls.filter(({ method }) => method === 'POST')).toEqual([]);
    }
    const counted = /^verdict_(decisions|settlements|partner_seconds|orders_refused)\S* [1-9].*$/gm;
    const alarms = /^verdict_alarms_total\S* [1-9].*$/gm;
    const metrics = await metricsOf();
    expect([...metrics.matchAll(counted), ...metrics.matchAll(alarms)]).toEqual([]);
    expect(metrics).not.toContain('route="/transaction"');
  });

  it('in short runs that all complete, before the worker is ready', async () => {
    let before = 0;
    for (const starts of [1, 2]) {
      const runs = await until('all are listed as done', async () => {
        const all = await rehearsals();
        const isDone = all.every(({ closeTime }) => closeTime !== undefined);
        return isDone && all.length >= before + roundsOf(stack.worker).length ? all : undefined;
      });
      expect(new Set(runs.map(({ status }) => status.name))).toEqual(new Set(['COMPLETED']));
      const { lines } = stack.worker;
      const placeOf = (text: string) => lines.findIndex((line) => line.includes(text));
      expect(placeOf('"rehearsed"')).toBeGreaterThanOrEqual(0);
      expect(placeOf('"rehearsed"')).toBeLessThan(placeOf('"polling"'));
      before = runs.length;
      if (starts === 1) await stack.restartWorker();
    }
  });

  it('its workflow threads take no stack traces', async () => {
    const [run] = await rehearsals();
    const asked = stack.temporal.workflow.getHandle(run?.workflowId ?? '').query('__stack_trace');
    await expect(asked).rejects.toThrow(QueryNotRegisteredError);
  });

  it('which is given up after five seconds when no worker of the queue runs it', async () => {
    const startedAtMs = performance.now();
    await expect(rehearse(stack.temporal, `nobody-${randomUUID()}`, nobody)).rejects.toThrow(
      TemporarilyUnavailable,
    );
    expect(performance.now() - startedAtMs).toBeGreaterThan(4000);
    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  });

  it('and ends after twenty runs when another worker takes them all', async () => {
    const before = (await rehearsals()).length;
    const queue = stack.env['TEMPORAL_TASK_QUEUE'] ?? '';
    expect(await rehearse(stack.temporal, queue, nobody)).toEqual([]);
    expect((await rehearsals()).length).toBeLessThanOrEqual(before + roundsMax);
  });
});
