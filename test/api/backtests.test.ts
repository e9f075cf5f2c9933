import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Backtest, BacktestPage, BacktestSummary } from '../../contracts/v1/backtests.js';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import type { BacktestClient } from '../../temporal/backtests.js';
import type { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';

let api: Api;
const asked: string[] = [];
let isTemporalAway = false;

/** The calls to the workflow client; tests of a whole stack cover the workflow itself. */
const backtests: BacktestClient = {
  start: async (backtestId) => {
    if (isTemporalAway) throw new TemporarilyUnavailable('temporal', undefined);
    asked.push(`start ${backtestId}`);
  },
  cancel: async (backtestId) => {
    asked.push(`cancel ${backtestId}`);
  },
};

beforeAll(async () => {
  api = await startApi({ backtests });
});

beforeEach(async () => {
  await api.pool.query('truncate backtests cascade');
  asked.length = 0;
  isTemporalAway = false;
});

afterAll(() => api?.stop());

const period = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' };

const send = (path: string, body: unknown, key: keyof typeof keys = 'analyst') =>
  api.ask(path, { method: 'POST', key, body: JSON.stringify(body) });

const start = async (body: object = {}): Promise<BacktestSummary> => {
  const reply = await send('/v1/backtests', { version: 0, ...period, ...body });
  expect(reply.status, reply.text).toBe(200);
  return BacktestSummary.parse(reply.json);
};

const messagesOf = async (body: object): Promise<string[]> => {
  const reply = await send('/v1/backtests', body);
  expect(reply.status, reply.text).toBe(400);
  return (reply.json as { message: string }[]).map(({ message }) => message);
};

describe('POST /v1/backtests', () => {
  it('stores the rules as they are, and starts the workflow under the id that it answers', async () => {
    const backtest = await start({ banner: 'bay', note: 'before the holidays' });
    expect(backtest).toMatchObject({
      ...{ state: 'running', source: { version: 0 }, banner: 'bay', facts: 'stored' },
      ...{ note: 'before the holidays', author: 'analyst:local', progress: { done: 0, total: 0 } },
      ...{ from: '2026-10-01T00:00:00.000Z', finishedAt: null },
    });
    expect(asked).toEqual([`start ${backtest.backtestId}`]);
    const { rows } = await api.pool.query('select text, hash from backtests');
    expect(rows).toEqual([
      { text: api.deps.shippedRules.text, hash: api.deps.shippedRules.ruleSet.hash },
    ]);
  });

  it('names what is wrong with the period and with where the rules come from', async () => {
    expect(await messagesOf({ version: 0, from: period.to, to: period.from })).toEqual([
      '$.to must be after from',
    ]);
    expect(await messagesOf({ version: 0, from: '2025-01-01T00:00:00Z', to: period.to })).toEqual([
      '$.to must be at most 400 days after from',
    ]);
    const one = '$.version or draftId or text must be given, and only one of them';
    expect(await messagesOf(period)).toEqual([one]);
    expect(await messagesOf({ ...period, version: 0, text: 'rules: []' })).toEqual([one]);
    expect(await messagesOf({ ...period, version: 9 })).toEqual(['$.version is of no rule set']);
    expect(await messagesOf({ ...period, draftId: randomUUID() })).toEqual([
      '$.draftId is of no draft',
    ]);
    expect(asked).toEqual([]);
  });

  it('refuses rules that are not valid, with line and column of each fault', async () => {
    const text = [
      'rules:',
      '  - id: R1',
      '    name: one',
      '    cases:',
      '      - when: tx.orderTotl > 1.0',
      '        points: 5',
      '        reason: One.',
    ].join('\n');
    const [message] = await messagesOf({ ...period, text });
    expect(message).toMatch(/^the rule set, line 5, column \d+: R1: /);
    expect(asked).toEqual([]);
  });

  it('with Temporal down it answers 503, and the stored backtest is not listed as running', async () => {
    isTemporalAway = true;
    expect(faultOf(await send('/v1/backtests', { version: 0, ...period }))).toEqual([
      503,
      'temporarily_unavailable',
    ]);
    const { rows } = await api.pool.query('select state from backtests');
    expect(rows).toEqual([{ state: 'failed' }]);
  });

  it.each(['operator', 'reviewer', 'oms'] as const)('is not for the role %s', async (key) => {
    expect(faultOf(await send('/v1/backtests', { version: 0, ...period }, key))).toEqual([
      403,
      'forbidden',
    ]);
  });
});

describe('reading backtests', () => {
  it('pages go from the latest to the first and skip none', async () => {
    const made = [];
    for (let index = 0; index < 3; index += 1) made.push((await start()).backtestId);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const reply = await api.ask(`/v1/backtests?limit=1${query}`, { key: 'operator' });
      const page = BacktestPage.parse(reply.json);
      seen.push(...page.backtests.map(({ backtestId }) => backtestId));
      cursor = page.nextCursor;
    }
    expect(seen.toSorted()).toEqual(made.toSorted());
  });

  it('one is shown with its result once it is done', async () => {
    const { backtestId } = await start();
    const reply = await api.ask(`/v1/backtests/${backtestId}`, { key: 'reviewer' });
    expect(Backtest.parse(reply.json)).toMatchObject({ state: 'running', result: null });
    const changes = await api.ask(`/v1/backtests/${backtestId}/changes`, { key: 'reviewer' });
    expect(changes.json).toEqual({ changes: [], nextCursor: null });
  });

  it('an id that is of no backtest, or none at all, answers 404', async () => {
    for (const id of [randomUUID(), 'nonsense']) {
      for (const path of [`/v1/backtests/${id}`, `/v1/backtests/${id}/changes`]) {
        expect(faultOf(await api.ask(path, { key: 'analyst' }))).toEqual([404, 'not_found']);
      }
      expect(faultOf(await send(`/v1/backtests/${id}/cancellation`, {}))).toEqual([
        404,
        'not_found',
      ]);
    }
  });

  it('a cursor that is none is refused by its path', async () => {
    const { backtestId } = await start();
    for (const path of ['/v1/backtests', `/v1/backtests/${backtestId}/changes`]) {
      const reply = await api.ask(`${path}?cursor=nonsense`, { key: 'analyst' });
      expect(faultOf(reply)).toEqual([400, 'invalid_value']);
    }
  });
});

describe('POST /v1/backtests/{backtestId}/cancellation', () => {
  it('ends it at once and signals the workflow; a repeat gets the same answer', async () => {
    const { backtestId } = await start();
    const path = `/v1/backtests/${backtestId}/cancellation`;
    const first = await send(path, {});
    expect(first.json).toMatchObject({ state: 'cancelled' });
    expect((await send(path, {})).json).toEqual(first.json);
    expect(asked.slice(1)).toEqual([`cancel ${backtestId}`, `cancel ${backtestId}`]);
    expect(faultOf(await send(path, {}, 'operator'))).toEqual([403, 'forbidden']);
  });
});
