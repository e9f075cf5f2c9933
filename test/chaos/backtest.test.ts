import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyDecisions } from '../../bench/backtest/decide-orders.js';
import { Backtest } from '../../contracts/v1/backtests.js';
import { createPool } from '../../db/pool.js';
import { decided } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;

/** Enough for several parts, so that the worker can be killed between two of them. */
const posted = 20;
const copies = 1500;
const stored = posted * (copies + 1);

beforeAll(async () => {
  stack = await startStack();
  for (let index = 0; index < posted; index += 1) {
    await decided(stack, order({ orderTotal: 100 * (index + 1) }));
  }
  const databaseUrl = stack.env['DATABASE_URL'] ?? '';
  const pool = createPool({ databaseUrl, connections: 1, timeoutMs: 120_000 });
  await copyDecisions(pool, { copies, minutesApart: 1 });
  await pool.end();
});

afterAll(() => stack?.stop());

const rules = [
  {
    ...{ id: 'B1', name: 'dear' },
    cases: [{ when: 'tx.orderTotal > 1000.0', points: 90, reason: 'Dear.' }],
  },
];

const start = async (): Promise<string> => {
  const dayMs = 86_400_000;
  const to = Date.now() + dayMs;
  const from = to - 30 * dayMs;
  const reply = await stack.post(
    '/v1/backtests',
    {
      text: JSON.stringify({ rules }),
      ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    },
    'analyst',
  );
  expect(reply.status, reply.text).toBe(200);
  return (reply.json as { backtestId: string }).backtestId;
};

const read = async (backtestId: string): Promise<Backtest> =>
  Backtest.parse((await stack.get(`/v1/backtests/${backtestId}`, 'analyst')).json);

const isInTheMiddle = async (backtestId: string): Promise<boolean> => {
  const { progress, state } = await read(backtestId);
  expect(state).toBe('running');
  return progress.done > 0;
};

describe('a backtest whose worker is killed in the middle', () => {
  it('continues with the next worker and counts each order once', async () => {
    const backtestId = await start();
    await until('a part is done', () => isInTheMiddle(backtestId));
    await stack.worker.end('SIGKILL');
    const { progress } = await read(backtestId);
    expect(progress.done).toBeLessThan(progress.total);
    await stack.restartWorker();
    const { result } = await until('it is done', async () => {
      const backtest = await read(backtestId);
      return backtest.state === 'done' && backtest;
    });
    expect(result?.orders).toBe(stored);
    const counted = result?.outcomes.reduce((sum, { orders }) => sum + orders, 0);
    expect(counted).toBe(stored);
    const changes = await stack.db.query<{ changes: number }>(
      'select count(*)::integer as changes from backtest_changes',
    );
    expect(changes.rows[0]?.changes).toBe(result?.changes.listed);
  });

  it('one that is cancelled in the middle stops there and answers orders all along', async () => {
    const backtestId = await start();
    await until('a part is done', () => isInTheMiddle(backtestId));
    await decided(stack, order());
    const path = `/v1/backtests/${backtestId}/cancellation`;
    expect((await stack.post(path, {}, 'analyst')).json).toMatchObject({ state: 'cancelled' });
    await until('the workflow has ended', async () => {
      const handle = stack.temporal.workflow.getHandle(`backtest:${backtestId}`);
      return (await handle.describe()).status.name === 'CANCELLED';
    });
    const { state, progress, result } = await read(backtestId);
    expect([state, result]).toEqual(['cancelled', null]);
    expect(progress.done).toBeLessThan(progress.total);
  });
});
