import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Backtest } from '../../contracts/v1/backtests.js';
import { PointsFit } from '../../contracts/v1/points-fits.js';
import { createPool } from '../../db/pool.js';
import { copyAndLabel } from '../support/fit-orders.js';
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
  // They reach 25 days back: what a fit needs.
  const shares = { dearFrom: 1000, cheapFraud: 1, dearFraud: 12 };
  await copyAndLabel(pool, { copies, minutesApart: 24, ...shares });
  await pool.end();
});

afterAll(() => stack?.stop());

const rules = [
  {
    ...{ id: 'B1', name: 'dear' },
    cases: [{ when: 'tx.orderTotal > 1000.0', points: 90, reason: 'Dear.' }],
  },
];

const dayMs = 86_400_000;

const start = async (): Promise<string> => {
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

const proposals = '/v1/rule-sets/proposals';

const startFit = async (): Promise<string> => {
  const reply = await stack.post(
    proposals,
    {
      from: new Date(Date.now() - 30 * dayMs).toISOString(),
      ...{ maturityDays: 0, heldOutDays: 7, reviewsPerDay: 100 },
      costs: { chargeback: 250, lostSale: 60, reviewMinute: 1, minutesPerReview: 4 },
    },
    'analyst',
  );
  expect(reply.status, reply.text).toBe(200);
  return (reply.json as { fitId: string }).fitId;
};

const readFit = async (fitId: string): Promise<PointsFit> =>
  PointsFit.parse((await stack.get(`${proposals}/${fitId}`, 'reviewer')).json);

const draftsOf = async (): Promise<{ draftId: string; state: string }[]> => {
  const { json } = await stack.get('/v1/rule-sets/drafts', 'analyst');
  return (json as { drafts: { draftId: string; state: string }[] }).drafts;
};

/** The fit is done: each order counts once, and one valid draft is there with its backtest. */
const expectProposal = async (fitId: string): Promise<void> => {
  const { result, draftId, backtestId } = await until('the fit is done', async () => {
    const fit = await readFit(fitId);
    expect(fit.state).not.toBe('failed');
    return fit.state === 'done' && fit;
  });
  const counted = Object.values(result?.orders ?? {}).flatMap((one) => Object.values(one));
  const inPeriod = await stack.db.query<{ orders: number }>(
    `select count(*)::integer as orders from order_history
      where received_at >= $1 and received_at < $2`,
    [result?.periods.from, result?.periods.to],
  );
  expect(counted.reduce((sum, one) => sum + one, 0)).toBe(inPeriod.rows[0]?.orders);
  expect(result?.verdict).not.toBe('too_few_labels');
  expect(await draftsOf()).toMatchObject([{ draftId, state: 'open' }]);
  const draft = await stack.get(`/v1/rule-sets/drafts/${draftId}`, 'analyst');
  expect((draft.json as { problems: unknown }).problems).toEqual([]);
  await until('its backtest is done', async () => (await read(backtestId ?? '')).state === 'done');
  const inForce = await stack.get('/v1/rule-sets', 'analyst');
  expect(inForce.json).toMatchObject({ version: 0 });
};

describe('a backtest whose worker is killed in the middle', () => {
  it('continues with the next worker and counts each order once, as a fit does', async () => {
    const backtestId = await start();
    const fitId = await startFit();
    await until('a part is done', () => isInTheMiddle(backtestId));
    await stack.worker.end('SIGKILL');
    const { progress } = await read(backtestId);
    expect(progress.done).toBeLessThan(progress.total);
    expect(await readFit(fitId)).toMatchObject({ state: 'running', draftId: null });
    await stack.restartWorker();
    const { result } = await until('it is done', async () => {
      const backtest = await read(backtestId);
      return backtest.state === 'done' && backtest;
    });
    expect(result?.orders).toBe(stored);
    const counted = result?.outcomes.reduce((sum, { orders }) => sum + orders, 0);
    expect(counted).toBe(stored);
    const changes = await stack.db.query<{ changes: number }>(
      'select count(*)::integer as changes from backtest_changes where backtest_id = $1',
      [backtestId],
    );
    expect(changes.rows[0]?.changes).toBe(result?.changes.listed);
    await expectProposal(fitId);
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

  it('a fit that is cancelled in the middle stops there and proposes nothing', async () => {
    const drafts = await draftsOf();
    const fitId = await startFit();
    await until('a part is counted', async () => {
      const { progress, state } = await readFit(fitId);
      expect(state).toBe('running');
      return progress.done > 0;
    });
    const cancelled = await stack.post(`${proposals}/${fitId}/cancellation`, {}, 'analyst');
    expect(cancelled.json).toMatchObject({ state: 'cancelled' });
    await until('the workflow has ended', async () => {
      const handle = stack.temporal.workflow.getHandle(`learn-points:${fitId}`);
      return (await handle.describe()).status.name === 'CANCELLED';
    });
    expect(await readFit(fitId)).toMatchObject({ state: 'cancelled', result: null });
    expect(await draftsOf()).toEqual(drafts);
  });
});
