import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulators, startSimulators } from '../../simulators/server.js';

const credential = { identity: 'verdict', key: 'key-of-sparkfly' };
const login = { 'x-auth-identity': credential.identity, 'x-auth-key': credential.key };
const listed = '/sparkfly/v1.0/fraud_alert_events';
const options = {
  port: 0,
  credentials: { SARDINE_CLIENT_ID: '', SARDINE_CLIENT_SECRET: '' },
  oms: { token: '' },
};

let simulators: Simulators;

beforeEach(async () => {
  simulators = await startSimulators({ ...options, sparkfly: credential });
});
afterEach(() => simulators.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${simulators.url}${path}`, { headers });

const tokenOf = async (): Promise<string> => {
  const reply = await get('/sparkfly/auth', login);
  expect(reply.status).toBe(204);
  return reply.headers.get('x-auth-token') ?? '';
};

const publish = (entries: unknown) =>
  fetch(`${simulators.url}/_sparkfly/events`, { method: 'PUT', body: JSON.stringify(entries) });

describe('the simulator of Sparkfly', () => {
  it('lists newest first, page by page, with the numbers of the pages', async () => {
    const days = ['2026-11-02', '2026-11-03', '2026-11-01'];
    await publish(days.map((day) => ({ created_at: `${day}T00:00:00Z` })));
    const token = await tokenOf();
    const reply = await get(`${listed}?page=2&per_page=2`, { 'x-auth-token': token });
    expect(await reply.json()).toEqual({
      fraud_alert_events: [{ created_at: '2026-11-01T00:00:00Z' }],
      ...{ page: 2, per_page: 2, total_entries: 3, total_pages: 2 },
    });
  });

  it('accepts no token but its own, and none after it was revoked', async () => {
    const token = await tokenOf();
    expect((await get(listed)).status).toBe(401);
    expect((await get(listed, { 'x-auth-token': 'x' })).status).toBe(401);
    expect((await get(listed, { 'x-auth-token': token })).status).toBe(200);
    await fetch(`${simulators.url}/_sparkfly/expiry`, { method: 'POST' });
    expect((await get(listed, { 'x-auth-token': token })).status).toBe(401);
  });

  it('rejects everybody else, and everybody without a credential', async () => {
    expect((await get('/sparkfly/auth')).status).toBe(401);
    expect((await get('/sparkfly/auth', { ...login, 'x-auth-key': 'x' })).status).toBe(401);
    const off = await startSimulators(options);
    const empty = { 'x-auth-identity': '', 'x-auth-key': '' };
    const reply = await fetch(`${off.url}/sparkfly/auth`, { headers: empty });
    await off.close();
    expect(reply.status).toBe(401);
  });

  it('lists no credential in the calls that it has received', async () => {
    const token = await tokenOf();
    await get(listed, { 'x-auth-token': token });
    const calls = await (await get('/_calls/sparkfly')).text();
    for (const secret of [credential.identity, credential.key, token]) {
      expect(calls).not.toContain(secret);
    }
  });

  it('refuses a listing that is none, pages that are none, and other routes', async () => {
    expect((await publish({})).status).toBe(400);
    const headers = { 'x-auth-token': await tokenOf() };
    for (const query of ['page=0', 'per_page=x', 'per_page=1001']) {
      expect((await get(`${listed}?${query}`, headers)).status).toBe(400);
    }
    expect((await get('/sparkfly/v1.0/fraud_alert_rules', headers)).status).toBe(404);
  });
});
