import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ensureLocalSecrets } from '../../runtime/local-secrets.js';
import { type Child, startChild } from '../support/child.js';
import { freePort } from '../support/ports.js';
import { faultOf } from './errors.js';
import { type Api, askAt, startApi } from './server.js';

const ui = 'http://127.0.0.1:8233';

let api: Api;
let closed: Api;

beforeAll(async () => {
  [api, closed] = await Promise.all([startApi({ uiOrigins: [ui] }), startApi()]);
});

afterAll(() => Promise.all([api?.stop(), closed?.stop()]));

const encode64 = (text: string) => Buffer.from(text).toString('base64');

const plain = {
  metadata: { encoding: encode64('json/plain'), 'extra-key': encode64('kept') },
  data: encode64('{"name":"Zq7 secret"}'),
};

type Options = Parameters<Api['ask']>[1];

const ask = (verb: 'encode' | 'decode', body: unknown, options: Options = { key: 'operator' }) =>
  api.ask(`/codec/${verb}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...options,
  });

const payloadsOf = (reply: { json: unknown }) =>
  (reply.json as { payloads: { metadata: Record<string, string>; data: string }[] }).payloads;

describe('the codec answers 200', () => {
  it('what was encoded is unreadable, and decodes to what it was', async () => {
    const encoded = await ask('encode', { payloads: [plain, plain] });
    const [first, second] = payloadsOf(encoded);
    expect(Buffer.from(first?.data ?? '', 'base64').toString('latin1')).not.toContain('Zq7');
    expect(first?.metadata['encoding']).toBe(encode64('binary/encrypted'));
    expect(first?.data).not.toBe(second?.data);
    expect(payloadsOf(await ask('decode', encoded.json))).toEqual([plain, plain]);
  });

  it('plain payloads pass through decode as they are', async () => {
    expect(payloadsOf(await ask('decode', { payloads: [plain] }))).toEqual([plain]);
  });

  it.each([['{}'], ['{"payloads":[]}'], ['{"payloads":null}']])('none to %s', async (body) => {
    expect(payloadsOf(await ask('decode', body))).toEqual([]);
  });

  it('a name of metadata that Protobuf cannot hold is refused, and not repeated', async () => {
    for (const verb of ['encode', 'decode'] as const) {
      const reply = await ask(verb, '{"payloads":[{"metadata":{"\\ud800Zq7":""}}]}');
      expect(reply.status).toBe(400);
      expect(reply.text).not.toContain('Zq7');
    }
  });

  it('a payload without data or metadata is an empty one', async () => {
    const [empty] = payloadsOf(await ask('decode', { payloads: [{}] }));
    expect(empty).toEqual({ metadata: {}, data: '' });
  });
});

describe('the codec answers 400', () => {
  const sealedWith = (data: string) => ({
    payloads: [{ metadata: { encoding: encode64('binary/encrypted') }, data }],
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['payloads that are no list', { payloads: 'x' }],
    ['a payload that is no object', { payloads: ['x'] }],
    ['data that is no text', { payloads: [{ data: 7 }] }],
    ['data that is no base64', { payloads: [{ data: '%%%' }] }],
    ['metadata that is no base64', { payloads: [{ metadata: { encoding: 'json/plain!' } }] }],
    ['metadata that is no object', { payloads: [{ metadata: [] }] }],
  ])('to %s, both ways', async (_what, body) => {
    expect(faultOf(await ask('decode', body))[0]).toBe(400);
    expect(faultOf(await ask('encode', body))[0]).toBe(400);
  });

  it.each([
    ['empty', ''],
    ['one byte', 'AQ=='],
    ['an unknown version', encode64('\u0007 something that is long enough to be an envelope')],
    ['an unknown key', encode64('\u0001\u0003abc something long enough to be an envelope')],
  ])('to a sealed payload that is %s', async (_what, data) => {
    expect(faultOf(await ask('decode', sealedWith(data)))).toEqual([400, 'invalid_value']);
  });

  it('to a sealed payload with one bit changed, anywhere', async () => {
    const [sealed] = payloadsOf(await ask('encode', { payloads: [plain] }));
    const bytes = Buffer.from(sealed?.data ?? '', 'base64');
    for (const position of [0, 1, 5, 12, 30, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(position) ^ 1, position);
      const reply = await ask('decode', sealedWith(changed.toString('base64')));
      expect(faultOf(reply)).toEqual([400, 'invalid_value']);
    }
  });

  it('to a row of the database: bodies of orders are sealed for their row', async () => {
    const body = api.deps.vault.seal('{"name":"Zq7"}', 'tx_1').toString('base64');
    expect(faultOf(await ask('decode', sealedWith(body)))).toEqual([400, 'invalid_value']);
  });
});

describe('who may decode', () => {
  const from = (origin: string) => ask('decode', { payloads: [plain] }, { headers: { origin } });

  it("the local UI's own origin without a key", async () => {
    const reply = await from(ui);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('access-control-allow-origin')).toBe(ui);
    expect(reply.headers.get('vary')).toMatch(/origin/i);
  });

  it("not the local UI's origin with a wrong key or a wrong role", async () => {
    const headers = { origin: ui, authorization: 'Bearer wrong' };
    expect(faultOf(await ask('decode', {}, { headers }))[0]).toBe(401);
    const analyst = await ask('decode', {}, { headers: { origin: ui }, key: 'analyst' });
    expect(faultOf(analyst)[0]).toBe(403);
    expect(analyst.headers.get('access-control-allow-origin')).toBe(ui);
  });

  it.each([
    'http://127.0.0.1:8234',
    'https://127.0.0.1:8233',
    'http://127.0.0.1:8233.example.com',
    'http://localhost.example.com:8233',
    'null',
    '',
  ])('no other origin: %s', async (origin) => {
    const reply = await from(origin);
    expect(faultOf(reply)).toEqual([401, 'unauthorized']);
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('nobody without a key where no origin is configured', async () => {
    const headers = { origin: ui };
    const options = { method: 'POST', headers, body: '{}' };
    expect(faultOf(await closed.ask('/codec/decode', options))).toEqual([401, 'unauthorized']);
  });

  it('a preflight is granted to the UI and to nobody else', async () => {
    const preflight = (origin: string) =>
      api.ask('/codec/decode', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-namespace,authorization',
        },
      });
    const granted = await preflight(ui);
    expect(granted.status).toBe(204);
    expect(granted.headers.get('access-control-allow-origin')).toBe(ui);
    expect(granted.headers.get('access-control-allow-methods')).toContain('POST');
    for (const name of ['content-type', 'x-namespace', 'authorization']) {
      expect(granted.headers.get('access-control-allow-headers')?.toLowerCase()).toContain(name);
    }
    const alike = [`${ui}.evil.example`, `${ui}0`, ui.replace('http:', 'https:'), ui.slice(0, -1)];
    for (const origin of ['http://evil.example', 'null', ...alike]) {
      const other = await preflight(origin);
      expect(other.headers.get('access-control-allow-origin'), origin).toBeNull();
    }
  });
});

describe.each([
  ['on a local start', 'answers the UI without a key', {}, 200],
  ['with NODE_ENV=production', 'wants a key', { NODE_ENV: 'production' }, 401],
  ['on an address that others reach', 'wants a key', { HOST: '0.0.0.0' }, 401],
])(
  'the codec of a real process %s %s',
  (_when, _what, overrides: Record<string, string>, status) => {
    let child: Child;
    let url: string;

    beforeAll(async () => {
      const port = String(await freePort());
      const varDir = inject('varDir');
      url = `http://127.0.0.1:${port}`;
      child = startChild('api/main.ts', {
        ...ensureLocalSecrets(varDir),
        DATABASE_URL: api.databaseUrl,
        TEMPORAL_ADDRESS: inject('temporalAddress'),
        OMS_URL: 'http://127.0.0.1:9/oms',
        OMS_TOKEN: 'test',
        PORT: port,
        VAR_DIR: varDir,
        ...overrides,
      });
      await child.printed('"listening"');
    });

    afterAll(() => child?.end());

    it(`answers ${status} to both origins of the UI`, async () => {
      for (const origin of [ui, 'http://localhost:8233']) {
        const options = { method: 'POST', headers: { origin }, body: '{}' };
        expect((await askAt(url)('/codec/decode', options)).status).toBe(status);
      }
    });
  },
);
