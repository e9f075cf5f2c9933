import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Backtest, BacktestChangePage, BacktestSummary } from '../../contracts/v1/backtests.js';
import { decided } from '../support/flows.js';
import { order } from '../support/orders.js';
import { makeSettingsFile } from '../support/settings-file.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack?.stop());

const dayMs = 86_400_000;
const today = () => ({
  from: new Date(Date.now() - dayMs).toISOString(),
  to: new Date(Date.now() + dayMs).toISOString(),
});

const ask = async (body: object): Promise<BacktestSummary> => {
  const reply = await stack.post('/v1/backtests', { ...today(), ...body }, 'analyst');
  expect(reply.status, reply.text).toBe(200);
  return BacktestSummary.parse(reply.json);
};

const read = async (backtestId: string): Promise<Backtest> =>
  Backtest.parse((await stack.get(`/v1/backtests/${backtestId}`, 'reviewer')).json);

const doneOf = (backtestId: string): Promise<Backtest> =>
  until('the backtest is done', async () => {
    const backtest = await read(backtestId);
    expect(backtest.state).not.toBe('failed');
    return backtest.state === 'done' && backtest;
  });

const resultOf = async (body: object) => {
  const { backtestId } = await ask(body);
  const { result } = await doneOf(backtestId);
  if (result === null) throw new Error('done without a result');
  return { backtestId, result };
};

const card = { cardNumber: '4242424242424242' };

/** Orders of every outcome, by rules, by history and by partners. */
const varied = [
  ...Array.from({ length: 5 }, () => order({ creditCard: card })),
  order(),
  order({ orderTotal: 3000 }),
  order({ orderTotal: 9000, creditCard: { avsResponse: 'G', expiryDate: '01-20' } }),
  order({ currencyCode: 'CAD', creditCard: { responseCode: 5 } }),
  order({ banner: 'bay' }),
  order({}, '+yleo-declined'),
  order({}, '+yleo-review'),
  order({}, '+sardine-high'),
];

describe('a backtest of the rules in force', () => {
  it('reproduces every stored decision to the letter, and recomputes every fact alike', async () => {
    for (const body of varied) await decided(stack, body);
    const orders = varied.length;
    const { result } = await resultOf({ version: 0 });
    expect(result.sameRules).toEqual({ orders, equal: orders });
    expect(result.changes).toEqual({ orders: 0, listed: 0 });
    expect(new Set(result.outcomes.map(({ was }) => was)).size).toBe(3);
    const recomputed = await resultOf({ version: 0, facts: 'recomputed' });
    expect(recomputed.result.sameRules).toEqual(result.sameRules);
    expect(recomputed.result.recomputed?.facts).toEqual([]);
  });

  it('reports differing recomputed facts once the settings have changed', async () => {
    const settings = makeSettingsFile({ disposableEmailDomains: ['example.com'] });
    stack.env['VERDICT_SETTINGS'] = settings.path;
    await stack.restartWorker();
    const { result } = await resultOf({ version: 0, facts: 'recomputed' });
    expect(result.recomputed?.facts).toMatchObject([
      { fact: 'email.disposable', orders: result.orders, cause: 'settings' },
    ]);
    expect(result.rules.find(({ id }) => id === 'R29')).toMatchObject({
      before: { hits: 0 },
      after: { hits: result.orders },
    });
    const stored = await resultOf({ version: 0 });
    expect(stored.result.changes.orders).toBe(0);
    settings.remove();
  });
});

describe('a backtest of other rules', () => {
  const text = JSON.stringify({
    rules: [
      {
        ...{ id: 'B1', name: 'all' },
        cases: [{ when: 'tx.orderTotal >= 0.0', points: 90, reason: 'Every order.' }],
      },
    ],
  });

  it('lists the orders that come out otherwise, with a link to each', async () => {
    const { backtestId, result } = await resultOf({ text, note: 'all of them' });
    expect(result.changes.orders).toBeGreaterThan(0);
    const path = `/v1/backtests/${backtestId}/changes?would=reject&limit=2`;
    const page = BacktestChangePage.parse((await stack.get(path, 'operator')).json);
    expect(page.changes).toHaveLength(2);
    const [change] = page.changes;
    expect(change?.appeared).toEqual([{ id: 'B1', name: 'all', points: 90 }]);
    expect((await stack.get(change?.link ?? '')).status).toBe(200);
    const next = await stack.get(`${path}&cursor=${page.nextCursor}`, 'operator');
    const [other] = BacktestChangePage.parse(next.json).changes;
    expect(other?.transactionId).not.toBe(change?.transactionId);
  });

  it('can be cancelled, and stays so', async () => {
    const { backtestId } = await ask({ text });
    const cancelled = await stack.post(`/v1/backtests/${backtestId}/cancellation`, {}, 'analyst');
    const state = (cancelled.json as { state: string }).state;
    expect(['cancelled', 'done']).toContain(state);
    await until('the workflow has ended', async () => {
      const handle = stack.temporal.workflow.getHandle(`backtest:${backtestId}`);
      return (await handle.describe()).status.name !== 'RUNNING';
    });
    expect((await read(backtestId)).state).toBe(state);
  });
});

it('the workflow carries ids only, and no fact of any order', async () => {
  const { backtestId } = await resultOf({ version: 0 });
  const handle = stack.temporal.workflow.getHandle(`backtest:${backtestId}`);
  const { events } = await handle.fetchHistory();
  const inputs = (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes);
  expect(inputs.length).toBeGreaterThan(2);
  expect(await handle.result()).toBeUndefined();
});
