import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../api/operations.js';
import { Secret } from '../../runtime/secret.js';
import { faultOf } from './errors.js';
import { type Api, type Ask, startApi } from './server.js';
import {
  activitiesPath,
  activity,
  eventsPath,
  messagesOf,
  rule,
  told,
} from './sparkfly-fixture.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api?.stop());

const anyId = '00000000-0000-4000-8000-000000000000';
const forged = (place: object) => Buffer.from(JSON.stringify(place)).toString('base64url');
const asAdmin = (path: string, ask: Ask = {}) => api.ask(path, { key: 'admin', ...ask });

/** A path of the document with a value in each of its places. */
const filled = (path: string, value: string) => path.replaceAll(/\{\w+\}/g, value);

describe('NUL in a query', () => {
  const parameters = operations.flatMap(({ method, path, query }) =>
    Object.keys(query?.shape ?? {}).map((name) => ({ method: method.toUpperCase(), path, name })),
  );

  it('is looked for in every parameter there is', () => {
    expect(parameters.length).toBeGreaterThan(40);
  });

  it.each(parameters)('$method $path refuses it in $name', async ({ method, path, name }) => {
    const at = filled(path, path.includes('/lists/') ? 'block' : anyId);
    for (const value of ['%00', 'a%00b']) {
      const reply = await asAdmin(`${at}?${name}=${value}`, { method });
      const faults = messagesOf(reply).filter((one) => one.includes(`$.${name} `));
      expect(faults.length, reply.text).toBeGreaterThan(0);
    }
  });

  it('is refused at the end of a cursor that a page gave', async () => {
    const given = forged({ position: 1 });
    expect((await asAdmin(`/v1/lists/block/entries?cursor=${given}`)).status).toBe(200);
    const reply = await asAdmin(`/v1/lists/block/entries?cursor=${given}%00`);
    expect(faultOf(reply)).toEqual([400, 'invalid_value']);
  });
});

describe('NUL in a path', () => {
  const paths = operations.filter(({ path }) => path.includes('{'));

  it.each(paths)('$method $path names nothing', async ({ method, path, bodyType }) => {
    const hasBody = method !== 'get' && method !== 'delete';
    const headers = { 'content-type': bodyType ?? 'application/json' };
    const ask = { method: method.toUpperCase(), ...(hasBody && { body: '{}', headers }) };
    for (const value of ['%00', 'a%00b', '%ED%A0%80']) {
      const reply = await asAdmin(filled(path, value), ask);
      expect([400, 404], reply.text).toContain(reply.status);
    }
  });
});

describe('a forged cursor', () => {
  const at = '2026-10-01T12:00:00.000Z';
  const texts = ['\u0000', 'tx_1\u0000', '\ud800', 'tx_\udc00'];
  const cursors = texts.flatMap((text) => [
    [`/v1/backtests/${anyId}/changes`, forged({ transactionId: text })],
    [`/v1/rule-sets/trials/${anyId}/orders`, forged({ at, id: text })],
    ['/v1/cases', forged({ dueAt: at, id: text })],
    ['/v1/backtests', forged({ createdAt: at, backtestId: text })],
    ['/v1/rule-sets/proposals', forged({ createdAt: at, fitId: text })],
    ['/v1/labels', forged({ saidAt: at, position: text })],
    ['/v1/lists/block/entries', forged({ position: text })],
    ['/v1/alert_rules', forged({ asOf: text, offset: 0 })],
    ['/v1/alert_events', forged({ asOf: 0, offset: text })],
  ]);

  it.each(cursors)(
    '%s refuses %s: no page gave a text that cannot be stored',
    async (path, one) => {
      const reply = await asAdmin(`${path}?cursor=${one}`);
      expect(messagesOf(reply)).toEqual([
        'invalid_value: $.cursor must be the nextCursor of an earlier page',
      ]);
    },
  );
});

describe('NUL or a lone surrogate in a body', () => {
  it.each(['\u0000', 'a\ud800'])('%j is refused in the text of a backtest', async (text) => {
    const body = JSON.stringify({ text, from: '2026-10-01T00:00:00Z', to: '2026-10-02T00:00:00Z' });
    const reply = await asAdmin('/v1/backtests', { method: 'POST', body });
    expect(messagesOf(reply)).toEqual([
      'invalid_value: $.text must be well-formed text without NUL',
    ]);
  });
});

describe('bytes that are no UTF-8', () => {
  /** A body with the byte or bytes in place of its X. */
  const withBytes = (body: object, bytes: readonly number[]) => {
    const [before = '', after = ''] = JSON.stringify(body).split('X');
    return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
  };
  const odd = [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]];
  const bodies = [
    [eventsPath, { ...told, fraud_alert_rule_name: 'X' }],
    [activitiesPath, activity('X')],
    ['/v1.0/fraud_alert_rules', { ...rule, name: 'X' }],
    ['/v1/lists/block/entries', { kind: 'bin', value: '400000', reason: 'X' }],
    ['/v1/rule-sets/drafts', { name: 'X' }],
    ['/transaction', { orderId: 'X' }],
    ['/decision', { transactionId: 'X' }],
  ] as const;

  it.each(bodies)('are no JSON to POST %s, and are not altered', async (path, body) => {
    for (const bytes of odd) {
      const reply = await asAdmin(path, { method: 'POST', body: withBytes(body, bytes) });
      expect(faultOf(reply)).toEqual([400, 'invalid_json']);
      expect(messagesOf(reply)).toEqual(['invalid_json: $ must be valid JSON']);
    }
  });

  it.each(['/v1/lists/block/import', '/v1/labels/import'])(
    'are no CSV to POST %s: a file of another encoding is not taken for names of its own',
    async (path) => {
      const body = Buffer.from('kind,value,reason\nbin,400000,Z\u00fcrich\n', 'latin1');
      const headers = { 'content-type': 'text/csv' };
      const reply = await asAdmin(path, { method: 'POST', body, headers });
      expect(faultOf(reply)).toEqual([400, 'invalid_value']);
      expect(messagesOf(reply)).toEqual(['invalid_value: $ must be text in UTF-8']);
    },
  );

  it('are replaced in a push of AiFi, which may never be sent again', async () => {
    const body = withBytes({ session: { sessionId: anyId }, note: 'X' }, [0xff]);
    const reply = await asAdmin('/api/push/suspected-fraud', { method: 'POST', body });
    expect([reply.status, reply.json]).toEqual([200, {}]);
  });

  it('are told from text of any language, and a byte order mark is no part of it', async () => {
    const name = 'Zürich – 東京 😀';
    const body = Buffer.from(`\ufeff${JSON.stringify({ ...rule, name })}`);
    const reply = await asAdmin('/v1.0/fraud_alert_rules', { method: 'POST', body });
    expect([reply.status, reply.json]).toMatchObject([201, { name }]);
  });

  it('are no JSON in a push that is signed over just these bytes', async () => {
    const secret = 'shared-with-sparkfly';
    const signed = await startApi({ sparkflySecret: new Secret(secret) });
    try {
      const push = async (body: Buffer) => {
        const hmac = createHmac('sha256', secret).update(body).digest('base64');
        const headers = { 'x-hmac-sha256-signature': hmac };
        return signed.ask(activitiesPath, { method: 'POST', headers, body });
      };
      expect(faultOf(await push(withBytes(activity('X'), [0xff])))).toEqual([400, 'invalid_json']);
      expect((await push(withBytes(activity('X'), [0xc3, 0xa4]))).status).toBe(200);
    } finally {
      await signed.stop();
    }
  });
});
