import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ShadowRuleReport, TrialReport } from '../../contracts/v1/trial-reports.js';
import { Trial, TrialList, TrialOrderPage } from '../../contracts/v1/trials.js';
import type { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

beforeEach(() => api.pool.query('delete from rule_set_trials'));

afterAll(() => api?.stop());

const base = '/v1/rule-sets';
type Key = keyof typeof keys;

const get = (path: string, key: Key = 'analyst') => api.ask(`${base}${path}`, { key });

const send = (method: string, path: string, body?: unknown, key: Key = 'analyst') =>
  api.ask(`${base}${path}`, {
    method,
    key,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const text = `rules:
  - id: T01
    name: Large
    mode: shadow
    cases:
      - when: tx.orderTotal > 100.0
        points: 45
        reason: Large.
`;

const draft = async (): Promise<string> => {
  const reply = await send('POST', '/drafts', { name: 'a draft', text });
  expect(reply.status, reply.text).toBe(200);
  return (reply.json as { draftId: string }).draftId;
};

const started = async (asked: object = { mode: 'shadow' }): Promise<Trial> => {
  const reply = await send('POST', '/trials', { draftId: await draft(), ...asked });
  expect(reply.status, reply.text).toBe(200);
  return Trial.parse(reply.json);
};

const unknownId = '00000000-0000-4000-8000-000000000000';

describe('a trial over HTTP', () => {
  it('is started, read, widened and ended by analysts', async () => {
    const trial = await started({ mode: 'rollout', percent: 5, by: 'email', note: 'a try' });
    expect(trial).toMatchObject({ percent: 5, by: 'email', note: 'a try', endedAt: null });
    const { trials } = TrialList.parse((await get('/trials', 'reviewer')).json);
    expect(trials).toEqual([trial]);
    const wider = await send('PUT', `/trials/${trial.trialId}`, { percent: 20.5 });
    expect(wider.json).toEqual({ ...trial, percent: 20.5 });
    const ended = Trial.parse((await send('POST', `/trials/${trial.trialId}/end`, {})).json);
    expect(ended).toMatchObject({ endedBy: 'analyst:local', percent: 20.5 });
    expect((await send('POST', `/trials/${trial.trialId}/end`, {})).json).toEqual(ended);
    expect(faultOf(await send('PUT', `/trials/${trial.trialId}`, { percent: 30 }))).toEqual([
      409,
      'trial_not_running',
    ]);
  });

  it('is refused while another one runs', async () => {
    const { version } = await started();
    expect(faultOf(await send('POST', '/trials', { version, mode: 'shadow' }))).toEqual([
      409,
      'trial_running',
    ]);
  });

  it('is refused for the version in force, and for a draft or version that is not there', async () => {
    const faultWith = async (asked: object) => faultOf(await send('POST', '/trials', asked));
    expect(await faultWith({ version: 0, mode: 'shadow' })).toEqual([409, 'version_conflict']);
    expect(await faultWith({ version: 999, mode: 'shadow' })).toEqual([404, 'not_found']);
    expect(await faultWith({ draftId: unknownId, mode: 'shadow' })).toEqual([404, 'not_found']);
  });

  it('names what is wrong with the question, or with the text by its line', async () => {
    const wrong = await send('POST', '/trials', { mode: 'rollout', by: 'name', extra: 1 });
    expect(wrong.status).toBe(400);
    const messages = (reply: typeof wrong) =>
      (reply.json as { message: string }[]).map(({ message }) => message);
    expect(messages(wrong)).toEqual([
      '$.by must be one of: order, card, email, account, device, ip',
      '$ has the unknown field "extra"',
      '$.version is required, or draftId',
      '$.percent is required for a rollout',
    ]);
    const incomplete = await send('POST', '/trials', { mode: 'rollout' });
    expect(messages(incomplete)).toEqual([
      '$.version is required, or draftId',
      '$.percent is required for a rollout',
    ]);
    const created = await send('POST', '/drafts', { name: 'b', text: text.replace('tx.', 'ty.') });
    const { draftId } = created.json as { draftId: string };
    const refused = await send('POST', '/trials', { draftId, mode: 'shadow' });
    expect(refused.status).toBe(400);
    expect(messages(refused)[0]).toMatch(/^the text, line 6, column \d+: T01: /);
  });

  it('is changed by analysts and admin only, and read by staff only', async () => {
    const { trialId } = await started();
    for (const key of ['reviewer', 'operator', 'oms', 'sparkfly'] as const) {
      const replies = await Promise.all([
        send('POST', '/trials', { version: 1, mode: 'shadow' }, key),
        send('PUT', `/trials/${trialId}`, { percent: 1 }, key),
        send('POST', `/trials/${trialId}/end`, {}, key),
      ]);
      expect(replies.map(({ status }) => status)).toEqual([403, 403, 403]);
    }
    expect((await get('/trials', 'oms')).status).toBe(403);
    expect((await get(`/trials/${trialId}`, 'operator')).status).toBe(200);
    expect((await send('POST', `/trials/${trialId}/end`, {}, 'admin')).status).toBe(200);
  });
});

describe('its report', () => {
  it('is there from the first moment, for both kinds', async () => {
    const shadow = await started();
    const { report } = TrialReport.parse((await get(`/trials/${shadow.trialId}`)).json);
    expect(report).toMatchObject({ kind: 'shadow', evaluated: 0, pending: 0, matrix: [] });
    await send('POST', `/trials/${shadow.trialId}/end`, {});
    const rollout = await started({ mode: 'rollout', percent: 1 });
    const other = TrialReport.parse((await get(`/trials/${rollout.trialId}`)).json);
    expect(other.report).toMatchObject({
      kind: 'rollout',
      champion: { orders: 0, reviewShare: null },
      reviewDifference: null,
    });
  });

  it('is bounded in time and refuses what is no period or no trial', async () => {
    const { trialId } = await started();
    const path = `/trials/${trialId}`;
    const long = '?from=2026-01-01T00:00:00Z&to=2026-07-01T00:00:00Z';
    expect(faultOf(await get(`${path}${long}`))).toEqual([400, 'invalid_value']);
    expect(faultOf(await get(`${path}?from=yesterday`))).toEqual([400, 'invalid_value']);
    expect(faultOf(await get(`/trials/${unknownId}`))).toEqual([404, 'not_found']);
    expect(faultOf(await get('/trials/1'))).toEqual([404, 'not_found']);
    const orders = await get(`${path}/orders?was=accept&would=reject&limit=5`);
    expect(TrialOrderPage.parse(orders.json)).toEqual({ orders: [], nextCursor: null });
    expect(faultOf(await get(`${path}/orders?cursor=x`))).toEqual([400, 'invalid_value']);
    expect(faultOf(await get(`/trials/${unknownId}/orders`))).toEqual([404, 'not_found']);
  });
});

describe('the report of shadow rules', () => {
  it('names those of a version, hits or none', async () => {
    const { version } = await started();
    const report = ShadowRuleReport.parse((await get(`/shadow?version=${version}`)).json);
    expect(report).toMatchObject({ version, evaluated: 0, rules: [{ rule: 'T01', hits: 0 }] });
    expect((await get('/shadow?version=0')).status).toBe(200);
    expect(faultOf(await get('/shadow?version=999'))).toEqual([404, 'not_found']);
    expect(faultOf(await get('/shadow'))).toEqual([400, 'missing_field']);
  });
});
