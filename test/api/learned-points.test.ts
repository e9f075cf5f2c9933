import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { PointsFit, PointsFitPage, PointsFitSummary } from '../../contracts/v1/points-fits.js';
import type { LearnedPointsClient } from '../../temporal/learned-points.js';
import type { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';

let api: Api;
const asked: string[] = [];
let isTemporalAway = false;

/** What the workflow client is asked; `test/chaos/backtest.test.ts` runs the workflow. */
const learnedPoints: LearnedPointsClient = {
  start: async (fitId) => {
    if (isTemporalAway) throw new TemporarilyUnavailable('temporal', undefined);
    asked.push(`start ${fitId}`);
  },
  cancel: async (fitId) => {
    asked.push(`cancel ${fitId}`);
  },
};

beforeAll(async () => {
  api = await startApi({ learnedPoints });
});

beforeEach(async () => {
  await api.pool.query('truncate points_fits cascade');
  asked.length = 0;
  isTemporalAway = false;
});

afterAll(() => api?.stop());

const path = '/v1/rule-sets/proposals';

const send = (to: string, body: unknown, key: keyof typeof keys = 'analyst') =>
  api.ask(to, { method: 'POST', key, body: JSON.stringify(body) });

const wanted = {
  ...{ from: '2026-05-01T00:00:00Z', cut: '2026-10-01T00:00:00Z', reviewsPerDay: 100 },
  costs: { chargeback: 250, lostSale: 60, reviewMinute: 0.8, minutesPerReview: 4 },
};

const start = async (body: object = {}): Promise<PointsFitSummary> => {
  const reply = await send(path, { ...wanted, ...body });
  expect(reply.status, reply.text).toBe(200);
  return PointsFitSummary.parse(reply.json);
};

describe('POST /v1/rule-sets/proposals', () => {
  it('stores the rules in force as they are, and starts the workflow under its id', async () => {
    const fit = await start({ banner: 'bay', note: 'asked by jane.doe@example.com' });
    expect(fit).toMatchObject({
      ...{ state: 'running', baseVersion: 0, banner: 'bay', author: 'analyst:local' },
      ...{ maturityDays: 60, heldOutDays: 28, useVerdicts: false, rejectedFraudShare: 0.75 },
      ...{ note: 'asked by *@example.com', draftId: null, progress: { done: 0, total: 0 } },
    });
    expect(asked).toEqual([`start ${fit.fitId}`]);
    const { rows } = await api.pool.query('select text, hash from points_fits');
    const { text, ruleSet } = api.deps.shippedRules;
    expect(rows).toEqual([{ text, hash: ruleSet.hash }]);
  });

  it('names what is wrong with the period, and starts nothing', async () => {
    const late = await send(path, { ...wanted, from: '2026-08-01T00:00:00Z' });
    expect(late.text).toContain('$.from must be at least 102 days before the cut');
    const future = await send(path, { ...wanted, cut: '2999-01-01T00:00:00Z' });
    expect(future.text).toContain('$.cut must not be in the future');
    const free = await send(path, { ...wanted, costs: { ...wanted.costs, lostSale: -1 } });
    expect(faultOf(free)).toEqual([400, 'invalid_value']);
    expect(asked).toEqual([]);
  });

  it('with Temporal down it answers 503, and the stored fit is not listed as running', async () => {
    isTemporalAway = true;
    expect(faultOf(await send(path, wanted))).toEqual([503, 'temporarily_unavailable']);
    const { rows } = await api.pool.query('select state from points_fits');
    expect(rows).toEqual([{ state: 'failed' }]);
  });

  it.each(['operator', 'reviewer', 'oms'] as const)('is not for the role %s', async (key) => {
    expect(faultOf(await send(path, wanted, key))).toEqual([403, 'forbidden']);
  });
});

describe('reading and cancelling fits', () => {
  it('pages go from the latest to the first and skip none', async () => {
    const made = [];
    for (let index = 0; index < 3; index += 1) made.push((await start()).fitId);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const reply = await api.ask(`${path}?limit=1${query}`, { key: 'operator' });
      const page = PointsFitPage.parse(reply.json);
      seen.push(...page.fits.map(({ fitId }) => fitId));
      cursor = page.nextCursor;
    }
    expect(seen.toSorted()).toEqual(made.toSorted());
  });

  it('a cancelled one stays so, shows no result, and its workflow is cancelled', async () => {
    const { fitId } = await start();
    const reply = await send(`${path}/${fitId}/cancellation`, { note: 'wrong costs' });
    expect(reply.json).toMatchObject({ state: 'cancelled' });
    expect(asked).toEqual([`start ${fitId}`, `cancel ${fitId}`]);
    const read = await api.ask(`${path}/${fitId}`, { key: 'reviewer' });
    expect(PointsFit.parse(read.json)).toMatchObject({ state: 'cancelled', result: null });
  });
});
