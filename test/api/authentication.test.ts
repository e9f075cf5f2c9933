import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../api/openapi/document.js';
import { operations } from '../../api/operations.js';
import { roles, type Role } from '../../contracts/v1/roles.js';
import { createKey } from '../../services/keys.js';
import { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { operationsIn, type PublishedDocument, rolesOf } from './published.js';
import { type Api, askAt, startApi } from './server.js';

let api: Api;
let nowMs = Date.now();

beforeAll(async () => {
  api = await startApi({ now: () => new Date(nowMs) });
});

afterAll(() => api?.stop());

/** A path of the document with its parameters filled in; no such ids exist. */
const filled = (path: string) =>
  path
    .replace('{banner}', 'bay')
    .replace('partners/{name}', 'partners/yleo')
    .replaceAll(/\{\w+\}/g, 'x');

const document = openApiDocument(operations) as unknown as PublishedDocument;
const shown = operationsIn(document).map(({ path, method, operation }) => ({
  method: method.toUpperCase(),
  path: filled(path),
  roles: rolesOf(operation),
  isOpen: operation.security.length === 0,
}));

/** Every operation that needs a key, with the roles that the document admits. */
const guarded = shown
  .filter(({ isOpen }) => !isOpen)
  .map(({ method, path, roles: allowed }) => [method, path, allowed] as const);

/** Roles that no declaration may widen: written down by hand, without `admin`. */
const fixed: readonly [route: string, allowed: Role[]][] = [
  ['POST /transaction', ['oms']],
  ['GET /transaction/x', ['oms', 'reviewer', 'lead', 'analyst']],
  ['POST /decision', ['oms', 'reviewer', 'lead']],
  ['POST /v1/transactions/x/withdrawal', ['oms']],
  ['GET /v1/cases/x', ['reviewer', 'lead', 'analyst']],
  ['PUT /v1/policies/bay', ['analyst']],
  ['PUT /v1/partners/yleo', ['operator']],
  ['POST /v1/proposals/x/approval', ['analyst', 'operator']],
  ['POST /v1/labels', ['analyst']],
  ['POST /v1/lists/x/entries', ['analyst']],
  ['POST /v1/rule-sets/drafts/x/publication', ['analyst']],
  ['POST /v1/rule-sets/trials', ['analyst']],
  ['GET /v1/audit', ['analyst', 'operator']],
  ['POST /v1.0/loyalty_activities', ['sparkfly']],
  ['POST /v1.0/fraud_alert_events', ['sparkfly']],
  ['POST /api/push/suspected-fraud', ['aifi']],
  ['GET /v1/operations/stuck', ['operator']],
  ['POST /codec/decode', ['operator']],
  ['GET /metrics', ['operator']],
];

const open = [...shown.filter(({ isOpen }) => isOpen).map(({ path }) => path), '/docs/start.js'];

const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  api.ask(path, { method, headers, ...(method !== 'GET' && { body: '{}' }) });

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

it('only routes without data of orders or people are public', () => {
  expect(open).toEqual(['/healthz', '/readyz', '/openapi.json', '/docs', '/docs/start.js']);
  expect(guarded.length).toBeGreaterThan(80);
});

it.each(fixed)('%s is for its roles and admin', (route, allowed) => {
  const found = guarded.find(([method, path]) => `${method} ${path}` === route);
  expect(found?.[2]).toEqual(roles.filter((role) => role === 'admin' || allowed.includes(role)));
});

describe('every route that wants a key', () => {
  it.each(guarded)('%s %s answers 401 without a valid key', async (method, path) => {
    const wrong: Record<string, string>[] = [
      {},
      bearer('wrong'),
      bearer(''),
      { authorization: keys.admin },
      { authorization: `Basic ${Buffer.from(`admin:${keys.admin}`).toString('base64')}` },
      { authorization: `Bearer ${keys.admin} ${keys.admin}` },
      { 'x-api-key': keys.admin },
    ];
    for (const headers of wrong) {
      const reply = await ask(method, path, headers);
      expect(faultOf(reply)).toEqual([401, 'unauthorized']);
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    }
    const inQuery = await ask(method, `${path}?access_token=${keys.admin}`);
    expect(inQuery.status).toBe(401);
  });

  it.each(guarded)(
    '%s %s admits the roles that the document names, others get 403',
    async (method, path, allowed) => {
      const admitted: string[] = [];
      for (const role of roles) {
        const reply = await ask(method, path, bearer(keys[role]));
        expect(reply.text.includes('"forbidden"'), role).toBe(reply.status === 403);
        expect([401, 500], role).not.toContain(reply.status);
        if (reply.status !== 403) admitted.push(role);
      }
      expect(admitted).toEqual(allowed);
    },
  );
});

describe('a refusal says', () => {
  const refusalOf = async (headers: Record<string, string>) =>
    (await ask('POST', '/transaction', headers)).text;

  it('how to send a key, that a key is unknown, or which roles may', async () => {
    for (const headers of [{}, { authorization: keys.oms }])
      expect(await refusalOf(headers)).toContain('send the header Authorization: Bearer KEY');
    expect(await refusalOf(bearer('wrong'))).toContain('the bearer key is not known');
    const text = 'a key of role reviewer may not do this; oms, admin may';
    expect(await refusalOf(bearer(keys.reviewer))).toContain(text);
  });

  it('where the routes are listed', async () => {
    expect((await ask('GET', '/transaction', bearer(keys.oms))).text).toContain('/docs lists');
  });
});

describe('a route for everybody', () => {
  it.each(open)('%s needs no key, and does not mind a wrong one', async (path) => {
    expect((await ask('GET', path)).status).toBe(200);
    expect((await ask('GET', path, bearer('wrong'))).status).toBe(200);
  });
});

describe('a route that does not exist', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/transaction'],
    ['DELETE', '/transaction'],
    ['GET', '/docs/../package.json'],
    ['GET', '/docs/..%2fpackage.json'],
    ['GET', '/v1/keys'],
    ['POST', '/codec/x'],
  ])('%s %s answers 404 with the error array', async (method, path) => {
    expect(faultOf(await ask(method, path, bearer(keys.operator)))).toEqual([404, 'not_found']);
  });
});

describe('keys', () => {
  const lookUp = (key: string) => ask('GET', '/v1/cases', bearer(key));

  it('a new key works at once; a revoked one works no longer than five seconds', async () => {
    const actor = { name: 'test' };
    const made = { role: 'reviewer', name: 'alice' } as const;
    const key = await createKey({ db: api.pool, actor, now: new Date() }, made);
    expect((await lookUp(key)).status).toBe(200);
    await api.pool.query(`update api_keys set revoked_at = now() where name = 'alice'`);
    nowMs += 5001;
    expect(faultOf(await lookUp(key))).toEqual([401, 'unauthorized']);
  });

  it('a wrong key is not cached: it works once it is created', async () => {
    const key = await createKey(
      { db: api.pool, actor: { name: 'test' }, now: new Date() },
      { role: 'reviewer', name: 'bo' },
    );
    await api.pool.query(`update api_keys set revoked_at = now() where name = 'bo'`);
    expect((await lookUp(key)).status).toBe(401);
    await api.pool.query(`update api_keys set revoked_at = null where name = 'bo'`);
    expect((await lookUp(key)).status).toBe(200);
  });

  it('the scheme may be spelled in any case', async () => {
    const headers = { authorization: `bearer ${keys.reviewer}` };
    expect((await ask('GET', '/v1/cases', headers)).status).toBe(200);
  });

  it('are in no table of Postgres, only their hashes', async () => {
    const { rows } = await api.pool.query(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    );
    const texts: string[] = [];
    for (const { name } of rows as { name: string }[]) {
      const { rows: found } = await api.pool.query(`select t::text as text from ${name} t`);
      texts.push(...(found as { text: string }[]).map((row) => row.text));
    }
    const all = texts.join('\n');
    expect(all).toContain('local');
    for (const key of Object.values(keys)) {
      expect(all).not.toContain(key);
      expect(all).not.toContain(Buffer.from(key).toString('hex'));
    }
  });

  it('are in no answer', async () => {
    for (const [method, path] of guarded) {
      for (const key of [keys.operator, keys.aifi, 'vk_oms_unknown']) {
        expect((await ask(method, path, bearer(key))).text).not.toContain(key);
      }
    }
  });
});

describe('a key while Postgres is away', () => {
  it('is neither right nor wrong: 503, to be sent again', async () => {
    const other = await startApi();
    try {
      await other.pool.end();
      const reply = await askAt(other.url)('/v1/cases', { key: 'reviewer' });
      expect(faultOf(reply)).toEqual([503, 'temporarily_unavailable']);
      expect(reply.headers.get('retry-after')).not.toBeNull();
    } finally {
      await other.stop().catch(() => undefined);
    }
  });
});
