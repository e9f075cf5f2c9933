import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles, type Role } from '../../contracts/v1/roles.js';
import { createKey } from '../../services/keys.js';
import { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { type Api, askAt, startApi } from './server.js';

let api: Api;
let nowMs = Date.now();

beforeAll(async () => {
  api = await startApi({ now: () => new Date(nowMs) });
});

afterAll(() => api?.stop());

const readers: Role[] = ['analyst', 'reviewer', 'operator'];

/** Who may do what besides `admin` and a `lead`; written down by hand, as the interface says. */
const guarded: [method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, allowed: Role[]][] = [
  ['POST', '/transaction', ['oms']],
  ['GET', '/transaction/tx_0', ['oms', 'reviewer', 'analyst']],
  ['POST', '/decision', ['oms', 'reviewer']],
  ['POST', '/v1/transactions/tx_0/withdrawal', ['oms']],
  ['GET', '/v1/transactions', ['oms', 'reviewer', 'analyst', 'operator']],
  ['GET', '/v1/audit', ['analyst', 'operator']],
  ['GET', '/v1/cases', ['reviewer', 'analyst', 'operator']],
  ['GET', '/v1/cases/x', ['reviewer', 'analyst']],
  ['GET', '/v1/settings', ['analyst', 'operator', 'reviewer']],
  ['GET', '/v1/policies', ['analyst', 'operator', 'reviewer']],
  ['GET', '/v1/policies/bay', ['analyst', 'operator', 'reviewer']],
  ['GET', '/v1/policies/bay/versions', ['analyst', 'operator', 'reviewer']],
  ['PUT', '/v1/policies/bay', ['analyst']],
  ['GET', '/v1/policies/bay/versions/1/diff', ['analyst', 'operator', 'reviewer']],
  ['POST', '/v1/policies/bay/versions/1/publication', ['analyst']],
  ['POST', '/v1/policies/bay/try', ['analyst']],
  ['GET', '/v1/proposals', ['analyst', 'operator', 'reviewer']],
  ['POST', '/v1/proposals/x/approval', ['analyst', 'operator']],
  ['DELETE', '/v1/proposals/x', ['analyst', 'operator']],
  ['GET', '/v1/partners', ['operator', 'analyst']],
  ['PUT', '/v1/partners/yleo', ['operator']],
  ['GET', '/v1/labels', ['analyst', 'reviewer', 'operator']],
  ['POST', '/v1/labels', ['analyst']],
  ['POST', '/v1/labels/import', ['analyst']],
  ['GET', '/v1/labels.csv', ['analyst', 'reviewer', 'operator']],
  ['GET', '/v1/labels/performance', ['analyst', 'reviewer', 'operator']],
  ['DELETE', '/v1/labels/x', ['analyst']],
  ['GET', '/v1/transactions/tx_0/labels', ['analyst', 'reviewer', 'operator']],
  ['GET', '/v1/lists', ['analyst', 'reviewer', 'operator']],
  ['POST', '/v1/lists', ['analyst']],
  ['GET', '/v1/lists/yleo/entries', ['analyst', 'reviewer', 'operator']],
  ['POST', '/v1/lists/yleo/entries', ['analyst']],
  ['DELETE', '/v1/lists/yleo/entries/x', ['analyst']],
  ['GET', '/v1/lists/yleo/entries.csv', ['analyst', 'reviewer', 'operator']],
  ['POST', '/v1/lists/yleo/import', ['analyst']],
  ['POST', '/v1/rules/try', ['analyst']],
  ['GET', '/v1/transactions/tx_0/explanation', readers],
  ['GET', '/v1/rule-sets', readers],
  ['GET', '/v1/rule-sets/facts', readers],
  ['GET', '/v1/rule-sets/publications', readers],
  ['GET', '/v1/rule-sets/versions', readers],
  ['GET', '/v1/rule-sets/versions/1', readers],
  ['GET', '/v1/rule-sets/versions/1/diff', readers],
  ['POST', '/v1/rule-sets/versions/1/publication', ['analyst']],
  ['GET', '/v1/rule-sets/drafts', readers],
  ['POST', '/v1/rule-sets/drafts', ['analyst']],
  ['GET', '/v1/rule-sets/drafts/x', readers],
  ['PUT', '/v1/rule-sets/drafts/x', ['analyst']],
  ['DELETE', '/v1/rule-sets/drafts/x', ['analyst']],
  ['GET', '/v1/rule-sets/drafts/x/diff', readers],
  ['POST', '/v1/rule-sets/drafts/x/publication', ['analyst']],
  ['POST', '/v1/rule-sets/drafts/x/rebase', ['analyst']],
  ['POST', '/v1/rule-sets/validation', ['analyst']],
  ['GET', '/v1/rule-sets/trials', readers],
  ['POST', '/v1/rule-sets/trials', ['analyst']],
  ['GET', '/v1/rule-sets/trials/x', readers],
  ['PUT', '/v1/rule-sets/trials/x', ['analyst']],
  ['POST', '/v1/rule-sets/trials/x/end', ['analyst']],
  ['GET', '/v1/rule-sets/trials/x/orders', readers],
  ['GET', '/v1/rule-sets/shadow', readers],
  ['GET', '/v1/backtests', readers],
  ['POST', '/v1/backtests', ['analyst']],
  ['GET', '/v1/backtests/x', readers],
  ['POST', '/v1/backtests/x/cancellation', ['analyst']],
  ['GET', '/v1/backtests/x/changes', readers],
  ['GET', '/v1.0/fraud_alert_rules', ['analyst']],
  ['POST', '/v1.0/fraud_alert_rules', ['analyst']],
  ['GET', '/v1.0/fraud_alert_rules/x', ['analyst']],
  ['PUT', '/v1.0/fraud_alert_rules/x', ['analyst']],
  ['DELETE', '/v1.0/fraud_alert_rules/x', ['analyst']],
  ['GET', '/v1.0/fraud_alert_events', ['analyst', 'reviewer']],
  ['POST', '/v1.0/fraud_alert_events', ['sparkfly']],
  ['POST', '/v1.0/loyalty_activities', ['sparkfly']],
  ['PUT', '/v1/loyalty_members/x', ['analyst']],
  ['GET', '/v1/alert_rules', ['analyst']],
  ['POST', '/v1/alert_rules', ['analyst']],
  ['GET', '/v1/alert_rules/x', ['analyst']],
  ['PUT', '/v1/alert_rules/x', ['analyst']],
  ['DELETE', '/v1/alert_rules/x', ['analyst']],
  ['GET', '/v1/alert_events', ['analyst', 'reviewer']],
  ['GET', '/v1/alert_events/x/orders', ['analyst', 'reviewer']],
  ['POST', '/api/push/suspected-fraud', ['aifi']],
  ['GET', '/v1/operations/stuck', ['operator']],
  ['POST', '/codec/decode', ['operator']],
  ['POST', '/codec/encode', ['operator']],
  ['GET', '/metrics', ['operator']],
];

const open = ['/healthz', '/readyz', '/openapi.json', '/docs', '/docs/start.js'];

const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  api.ask(path, { method, headers, ...(method !== 'GET' && { body: '{}' }) });

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe('every route that wants a key', () => {
  it('is in the table below', () => {
    const known = guarded.map(([method, path]) => `${method} ${path}`);
    const served = api.routes
      .filter(
        ({ method, path }) => method !== 'ALL' && !/^\/(healthz|readyz|openapi|docs)/.test(path),
      )
      .map(({ method, path }) => `${method} ${path.replace(':transactionId', 'tx_0')}`)
      .map((route) => route.replace(':caseId', 'x').replace(':banner', 'bay'))
      .map((route) => route.replace(':name', 'yleo').replace(':labelId', 'x'))
      .map((route) =>
        route.replace(
          /:(entryId|draftId|proposalId|trialId|backtestId|id\b|loyalty_enrollment_id)/,
          'x',
        ),
      )
      .map((route) => route.replace(':version', '1'));
    expect([...new Set(served)].toSorted()).toEqual(known.toSorted());
  });

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
    '%s %s lets only its roles in, others get 403',
    async (method, path, allowed) => {
      for (const role of roles) {
        const reply = await ask(method, path, bearer(keys[role]));
        const asReviewer = role === 'lead' && allowed.includes('reviewer');
        const mayPass = role === 'admin' || asReviewer || allowed.includes(role);
        expect(reply.text.includes('"forbidden"'), role).toBe(!mayPass);
        expect(reply.status === 403, role).toBe(!mayPass);
        expect([401, 500], role).not.toContain(reply.status);
      }
    },
  );
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

  it('a wrong key is not remembered: it works once it is made', async () => {
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
