import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aifiPush, seedBody } from '../support/aifi-push.js';
import { type Api, startApi } from './server.js';

let api: Api;
let nudges = 0;
const path = '/api/push/suspected-fraud';

beforeAll(async () => {
  api = await startApi({
    nudgeAifi: () => {
      nudges += 1;
    },
  });
});

afterAll(() => api?.stop());

type Json = Record<string, unknown>;
const post = (body: unknown) =>
  api.ask(path, {
    method: 'POST',
    key: 'aifi',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const kept = async (): Promise<{ push_id: string; body: Buffer; flags: string[] }[]> =>
  (await api.pool.query('select * from aifi_pushes order by received_at desc')).rows;
const count = async (): Promise<number> => (await kept()).length;

/** Posts a push that must be stored as a new one. Returns its row. */
const keep = async (body: unknown) => {
  const before = new Set((await kept()).map(({ push_id }) => push_id));
  const reply = await post(body);
  expect([reply.status, reply.text]).toEqual([200, '{}']);
  const [row, ...others] = (await kept()).filter(({ push_id }) => !before.has(push_id));
  expect(others).toEqual([]);
  if (row === undefined) throw new Error('it was not kept');
  return row;
};

describe('POST /api/push/suspected-fraud', () => {
  it("stores AiFi's own example, byte for byte, encrypted", async () => {
    const digest = createHash('sha256').update(seedBody).digest('hex');
    expect(digest.slice(0, 16)).toBe('e294c42dd9d81a1e');
    const row = await keep(seedBody);
    expect(row.flags).toEqual([]);
    expect(row.body.toString('latin1')).not.toContain('externalId');
    const opened = api.deps.vault.open(row.body, `aifi:${row.push_id}`);
    expect(JSON.parse(opened)).toEqual(JSON.parse(seedBody));
    expect(opened).toContain('codeFirstSuccesfullyScannedAt');
  });

  it('stores a push once, however often it is sent, and signals the drain once', async () => {
    const push = aifiPush();
    nudges = 0;
    await keep(push);
    const before = await count();
    for (const timeOfIssue of ['2026-11-21T12:00:00Z', null, '2026-11-21T12:00:01Z']) {
      expect((await post({ ...push, timeOfIssue })).status).toBe(200);
    }
    await Promise.all(Array.from({ length: 10 }, () => post({ ...push, timeOfIssue: 'later' })));
    expect(await count()).toBe(before);
    expect(nudges).toBe(1);
    await keep({ ...push, timeOfOrigin: '2026-11-20T12:00:00Z' });
  });

  it('accepts any media type, and none', async () => {
    const body = JSON.stringify(aifiPush());
    const headers = { 'content-type': 'text/plain' };
    const reply = await api.ask(path, { method: 'POST', key: 'aifi', headers, body });
    expect(reply.status).toBe(200);
  });

  it.each([
    ['', 'invalid_json'],
    ['{', 'invalid_json'],
    ['null', 'invalid_value'],
    ['[]', 'invalid_value'],
    ['"text"', 'invalid_value'],
    ['17', 'invalid_value'],
  ])('refuses %j, which is no object', async (body, error) => {
    const reply = await post(body);
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject([{ error }]);
  });

  it('stores a push without session and time once, and flags it', async () => {
    const odd = { customer: { externalId: randomUUID() }, timeOfIssue: '2026-11-21T12:00:00Z' };
    expect((await keep(odd)).flags).toEqual(['no_session', 'no_time_of_origin']);
    const before = await count();
    await post({ ...odd, timeOfIssue: '2026-11-21T13:00:00Z' });
    expect(await count()).toBe(before);
  });

  it('replaces what Postgres and UTF-8 cannot hold', async () => {
    const row = await keep(
      JSON.stringify(aifiPush({ note: 'NOTE' })).replace('NOTE', '\\u0000 \\ud800'),
    );
    expect(row.flags).toEqual(['text_replaced']);
  });

  it('cuts metadata instead of refusing the push', async () => {
    const push = aifiPush();
    const session = { ...(push['session'] as Json), metadata: { list: Array(60_000).fill('x') } };
    expect((await keep({ ...push, session })).flags).toEqual(['metadata_cut']);
  });

  it('is for AiFi alone', async () => {
    const body = JSON.stringify(aifiPush());
    for (const key of ['oms', 'reviewer', 'analyst', 'operator', 'sparkfly'] as const) {
      expect((await api.ask(path, { method: 'POST', key, body })).status).toBe(403);
    }
    expect((await api.ask(path, { method: 'POST', body })).status).toBe(401);
  });
});

/** The paths of all fields of a documented push. */
const pathsOf = (value: unknown, at: readonly string[] = []): string[][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, one]) => [
        [...at, name],
        ...pathsOf(one, [...at, name]),
      ])
    : [];

const changed = (push: Json, [name = '', ...rest]: readonly string[], value: unknown): Json => {
  if (rest.length > 0) return { ...push, [name]: changed(push[name] as Json, rest, value) };
  const { [name]: _left, ...others } = push;
  return value === undefined ? others : { ...others, [name]: value };
};

describe('every field of a push', () => {
  const seed = JSON.parse(seedBody) as Json;
  const paths = pathsOf(seed).map((one) => [one.join('.'), one] as const);

  it('is found: the example has them all', () => {
    expect(paths.length).toBeGreaterThan(50);
  });

  it.each(paths)('%s may be absent, null or odd', async (_name, at) => {
    for (const value of [undefined, null, 17, '', 'odd', [], {}, true, 1e300, 'x'.repeat(5000)]) {
      const reply = await post(changed(seed, at, value));
      expect([reply.status, reply.text]).toEqual([200, '{}']);
    }
  });
});
