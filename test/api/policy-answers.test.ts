import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PolicyDiff, PolicyPublished, PolicyTry } from '../../contracts/v1/policies.js';
import { RuleSettings } from '../../contracts/v1/settings.js';
import { decideOrder } from './decide-order.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

beforeEach(() => api.pool.query('truncate policies, transactions cascade'));

afterAll(() => api?.stop());

const send = (method: string, path: string, body: unknown) =>
  api.ask(`/v1/policies${path}`, { method, key: 'analyst', body: JSON.stringify(body) });

const publish = async (policy: object) => {
  const reply = await send('PUT', '/s5a', { policy, note: 'a test' });
  expect(reply.status, reply.text).toBe(200);
  return PolicyPublished.parse(reply.json);
};

const get = async (path: string) => (await api.ask(`/v1/policies${path}`, { key: 'analyst' })).json;

const tryOut = async (policy: object) => {
  const reply = await send('POST', '/s5a/try', { policy });
  expect(reply.status, reply.text).toBe(200);
  return PolicyTry.parse(reply.json);
};

const reviewAll = { path: 'reviewAll', from: false, to: true };
const budget = { path: 'budgetMs', from: null, to: 700 };
const turned = ({ path, from, to }: { path: string; from: unknown; to: unknown }) => ({
  ...{ path, from: to, to: from },
});
const none = { removed: [], added: [], changed: [] };

describe('what a publication of a policy answers', () => {
  it('lists settings added, removed and changed; an absent one has its default again', async () => {
    const first = await publish({ budgetMs: 700, reviewAll: true });
    expect(first.changes).toEqual({ ...none, added: [budget, reviewAll] });
    const second = await publish({ budgetMs: 800 });
    expect(second.changes).toEqual({
      removed: [turned(reviewAll)],
      added: [],
      changed: [{ path: 'budgetMs', from: 700, to: 800 }],
    });
    expect(second.policy.reviewAll).toBe(false);
  });

  it('of an earlier version is the next version with the policy of then', async () => {
    await publish({ budgetMs: 700 });
    await publish({ reviewAll: true });
    await publish({ budgetMs: 900 });
    const back = await send('POST', '/s5a/versions/1/publication', { note: 'back to the first' });
    expect(back.status, back.text).toBe(200);
    const published = PolicyPublished.parse(back.json);
    expect(published).toMatchObject({ version: 4, note: 'back to the first' });
    expect(published.policy.budgetMs).toBe(700);
    expect(published.changes).toEqual({
      ...none,
      changed: [{ path: 'budgetMs', from: 900, to: 700 }],
    });
    expect(await get('/s5a')).toMatchObject({ version: 4 });
    const again = await send('POST', '/s5a/versions/1/publication', { note: 'once more' });
    expect(PolicyPublished.parse(again.json)).toMatchObject({ version: 4, changes: none });
  });

  it('of version 0 is the policy of the settings file', async () => {
    await publish({ budgetMs: 700 });
    const back = await send('POST', '/s5a/versions/0/publication', { note: 'as shipped' });
    const { version, policy } = PolicyPublished.parse(back.json);
    expect([version, policy]).toEqual([2, api.deps.policyDefaults.s5a]);
  });
});

describe('GET /v1/policies/{banner}/versions/{version}/diff', () => {
  beforeEach(async () => {
    await publish({ budgetMs: 700 });
    await publish({ budgetMs: 700, reviewAll: true });
    await publish({ reviewAll: true });
  });

  it('compares with the version before and with what is in force', async () => {
    expect(PolicyDiff.parse(await get('/s5a/versions/2/diff'))).toEqual({
      from: 1,
      changes: { ...none, added: [reviewAll] },
      inForce: { version: 3, changes: { ...none, added: [budget] } },
    });
    expect(PolicyDiff.parse(await get('/s5a/versions/3/diff'))).toEqual({
      from: 2,
      changes: { ...none, removed: [turned(budget)] },
      inForce: { version: 3, changes: none },
    });
  });

  it('compares with any requested version, the settings file included', async () => {
    expect(await get('/s5a/versions/2/diff?from=0')).toMatchObject({
      from: 0,
      changes: { ...none, added: [budget, reviewAll] },
    });
    expect(await get('/s5a/versions/0/diff')).toMatchObject({ from: 0, changes: none });
    const missing = await api.ask('/v1/policies/s5a/versions/2/diff?from=9', { key: 'analyst' });
    expect(faultOf(missing)).toEqual([404, 'not_found']);
  });
});

describe('POST /v1/policies/{banner}/try', () => {
  it("returns the share of the last day's answers that would change", async () => {
    for (let index = 0; index < 3; index += 1) await decideOrder(api);
    // Total and AVS send it to review whatever the policy says.
    await decideOrder(api, { orderTotal: 9000, creditCard: { avsResponse: 'G' } });
    const { changes, answers } = await tryOut({ reviewAll: true });
    expect(changes).toEqual({ ...none, added: [reviewAll] });
    expect(answers).toMatchObject({
      ...{ orders: 4, evaluated: 4, undetermined: 0, changed: 3, share: 0.75, hint: null },
      changes: [{ was: 'accept', would: 'review', orders: 3 }],
    });
    expect(await get('/s5a')).toMatchObject({ version: 0 });
  });

  it('of the policy in force changes nothing, and covers orders of its own banner only', async () => {
    await decideOrder(api);
    expect(await tryOut({})).toMatchObject({
      changes: none,
      answers: { orders: 1, changed: 0, share: 0, changes: [] },
    });
    const other = await send('POST', '/bay/try', { policy: { reviewAll: true } });
    expect(PolicyTry.parse(other.json).answers).toMatchObject({ orders: 0, share: 0 });
  });
});

describe('GET /v1/settings', () => {
  it('lists the goods and words that rules look for, and no mailbox or merchant', async () => {
    const reply = await api.ask('/v1/settings', { key: 'analyst' });
    const shown = RuleSettings.parse(reply.json);
    expect(shown).toEqual(reply.json);
    const { settings } = api.deps;
    expect(shown.highRisk).toEqual(settings.highRisk);
    expect(shown.highRisk.words.length).toBeGreaterThan(5);
    expect(shown.banners.bay).toMatchObject({ currency: 'CAD', homeCountries: ['CA'] });
    expect(Object.keys(shown.banners.bay)).not.toContain('merchantId');
    expect(reply.text).not.toContain('@');
  });

  it('is for those who work with rules', async () => {
    for (const key of ['operator', 'reviewer'] as const) {
      expect((await api.ask('/v1/settings', { key })).status).toBe(200);
    }
    expect(faultOf(await api.ask('/v1/settings', { key: 'oms' }))).toEqual([403, 'forbidden']);
  });
});
