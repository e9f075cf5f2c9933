import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Policy } from '../../contracts/policy.js';
import {
  PolicyHistory,
  PolicyList,
  PolicyPublished,
  PolicyVersion,
} from '../../contracts/v1/policies.js';
import { listAudit } from '../../db/audit.js';
import type { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

beforeEach(() => api.pool.query('delete from policies'));

afterAll(() => api?.stop());

const get = async (path: string, key: keyof typeof keys = 'analyst') =>
  (await api.ask(path, { key })).json;

interface As {
  readonly banner?: string;
  readonly key?: keyof typeof keys;
}

const put = (body: unknown, { banner = 'bay', key = 'analyst' }: As = {}) =>
  api.ask(`/v1/policies/${banner}`, {
    method: 'PUT',
    key,
    body: typeof body === 'string' ? body : JSON.stringify({ note: 'a test', ...(body as object) }),
  });

const reviewsAll = { path: 'reviewAll', from: false, to: true };

const messagesOf = (reply: Awaited<ReturnType<typeof put>>) => {
  expect(reply.status).toBe(400);
  return (reply.json as { error: string; message: string }[]).map(
    ({ error, message }) => `${error}: ${message}`,
  );
};

describe('GET /v1/policies', () => {
  it("lists the settings file's policy for every banner until one is published", async () => {
    const { policies } = PolicyList.parse(await get('/v1/policies', 'reviewer'));
    expect(policies.map(({ banner, version }) => [banner, version])).toEqual([
      ['lat', 0],
      ['s5a', 0],
      ['o5a', 0],
      ['bay', 0],
    ]);
    expect(policies[3]).toEqual({
      banner: 'bay',
      version: 0,
      policy: api.deps.policyDefaults.bay,
      note: '',
      author: null,
      publishedAt: null,
    });
  });

  it('lists the policy in force, one banner alone, and its history', async () => {
    await put({ policy: { reviewAll: true }, note: 'holiday' });
    const one = PolicyVersion.parse(await get('/v1/policies/bay', 'operator'));
    expect(one).toMatchObject({ version: 1, note: 'holiday', author: 'analyst:local' });
    const { policies } = PolicyList.parse(await get('/v1/policies'));
    expect(policies.map(({ version }) => version)).toEqual([0, 0, 0, 1]);
    expect(policies[3]).toEqual(one);
    const { versions } = PolicyHistory.parse(await get('/v1/policies/bay/versions'));
    expect(versions.map(({ version }) => version)).toEqual([1, 0]);
  });

  it.each(['/v1/policies/xyz', '/v1/policies/BAY', '/v1/policies/xyz/versions'])(
    '%s answers 404: there is no such banner',
    async (path) => {
      expect(faultOf(await api.ask(path, { key: 'analyst' }))).toEqual([404, 'not_found']);
    },
  );
});

describe('PUT /v1/policies/{banner}', () => {
  it('answers the new version; this process goes by it before it answers', async () => {
    const reply = await put({ policy: { budgetMs: 700 }, expectedVersion: 0 });
    expect(reply.status, reply.text).toBe(200);
    const policy = Policy.parse({ budgetMs: 700 });
    expect(PolicyVersion.parse(reply.json)).toMatchObject({ version: 1, policy });
    expect(api.deps.controls.current().policies.bay).toEqual({ version: 1, policy });
    const [row] = (await listAudit(api.pool, 'policy:bay')).slice(-1);
    expect(row).toMatchObject({ actor: 'analyst:local', action: 'policy.published' });
  });

  it('allows an administrator to publish too, under its own name', async () => {
    const reply = await put({ policy: { reviewAll: true } }, { key: 'admin' });
    expect(reply.json).toMatchObject({ author: 'admin:local' });
  });

  it('answers 200 with the version in force when nothing would change', async () => {
    const first = await put({ policy: { reviewAll: true }, note: 'first' });
    const again = await put({ policy: { reviewAll: true }, note: 'again', expectedVersion: 1 });
    const { changes, ...version } = PolicyPublished.parse(first.json);
    expect(changes).toEqual({ removed: [], added: [reviewsAll], changed: [] });
    const none = { removed: [], added: [], changed: [] };
    expect([again.status, again.json]).toEqual([200, { ...version, changes: none }]);
  });

  it('answers 409 when another version than the expected one is in force', async () => {
    await put({ policy: { reviewAll: true } });
    const reply = await put({ policy: { budgetMs: 900 }, expectedVersion: 0 });
    expect(faultOf(reply)).toEqual([409, 'version_conflict']);
    expect(await get('/v1/policies/bay')).toMatchObject({ version: 1 });
  });

  it('of twenty at once with an expected version one is published, nineteen answer 409', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        put({ policy: { budgetMs: 100 + index }, expectedVersion: 0 }),
      ),
    );
    const statuses = replies.map(({ status }) => status).toSorted((one, other) => one - other);
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
  });

  it('of twenty at once without one all are published, and none is lost', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => put({ policy: { budgetMs: 100 + index } })),
    );
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    const { versions } = PolicyHistory.parse(await get('/v1/policies/bay/versions'));
    expect(new Set(versions.map(({ policy }) => policy.budgetMs)).size).toBe(21);
    expect(api.deps.controls.current().policies.bay.version).toBe(20);
  });

  it('refuses a budget above that of the installation, by its path', async () => {
    expect(messagesOf(await put({ policy: { budgetMs: 1501 } }))).toEqual([
      'invalid_value: $.policy.budgetMs must be at most 1500',
    ]);
    expect((await put({ policy: { budgetMs: 1500 } })).status).toBe(200);
  });

  it('names each wrong or unknown setting by its path, and writes nothing', async () => {
    const wrong = { partners: { sardine: { votes: { high: 'perhaps' } } }, reviewAl: true };
    expect(messagesOf(await put({ policy: wrong, note: 'x'.repeat(501), extra: 1 }))).toEqual([
      'invalid_enum: $.policy.partners.sardine.votes.high must be one of: accept, review, reject',
      'invalid_value: $.policy has the unknown field "reviewAl"',
      'too_long: $.note must have at most 500 characters',
      'invalid_value: $ has the unknown field "extra"',
    ]);
    expect(messagesOf(await put({}))).toEqual(['missing_field: $.policy is required']);
    expect(await get('/v1/policies/bay')).toMatchObject({ version: 0 });
  });

  it.each(['abc\u0000', 'abc\ud800'])('refuses a note that cannot be stored: %j', async (note) => {
    expect(messagesOf(await put({ policy: { reviewAll: true }, note }))).toEqual([
      'invalid_value: $.note must be well-formed text without NUL',
    ]);
  });

  it('answers 404 for a banner that does not exist, 400 for what is no JSON', async () => {
    expect(faultOf(await put({ policy: {} }, { banner: 'xyz' }))).toEqual([404, 'not_found']);
    expect(faultOf(await put('{'))).toEqual([400, 'invalid_json']);
  });
});
