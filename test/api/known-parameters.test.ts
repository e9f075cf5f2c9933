import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../api/operations.js';
import { faultOf } from './errors.js';
import { type Api, type Ask, startApi } from './server.js';
import { messagesOf } from './sparkfly-fixture.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api?.stop());

const anyId = '00000000-0000-4000-8000-000000000000';
const filled = (path: string) => path.replaceAll(/\{\w+\}/g, anyId);
const askFor = (method: string): Ask => ({
  method: method.toUpperCase(),
  ...(method === 'post' || method === 'put' ? { body: '{}' } : {}),
});

const strict = operations.filter(({ takesAnyQuery }) => takesAnyQuery !== true);
const lenient = operations.filter(({ takesAnyQuery }) => takesAnyQuery === true);

describe('a parameter that the operation does not have', () => {
  it.each(strict)('is refused by name: $method $path', async ({ method, path, query }) => {
    const at = `${filled(path)}?stauts=open&4111111111111111=x`;
    const reply = await api.ask(at, { ...askFor(method), key: 'admin' });
    expect(reply.status).toBe(400);
    const [named, unnamed, ...more] = messagesOf(reply);
    expect(named).toMatch(/^invalid_value: \$\.stauts is no parameter of this route; /);
    for (const name of Object.keys(query?.shape ?? {})) expect(named).toContain(name);
    expect(unnamed).toMatch(/^invalid_value: \$ has an unknown parameter; /);
    expect(more).toEqual([]);
    expect(reply.text).not.toContain('4111111111111111');
  });

  it.each(strict)('is not reported without a key: $method $path', async ({ method, path }) => {
    const reply = await api.ask(`${filled(path)}?stauts=open`, askFor(method));
    expect(faultOf(reply)).toEqual([401, 'unauthorized']);
  });

  it.each(lenient)('is left to its sender: $method $path', async ({ method, path, roles }) => {
    const body = method === 'post' ? { body: '{"payloads":[]}' } : {};
    const key = roles.length > 0 ? ({ key: 'admin' } as const) : {};
    const reply = await api.ask(`${path}?stauts=open`, { ...askFor(method), ...body, ...key });
    expect(reply.status).toBe(200);
  });

  it('is refused where it is one of another list', async () => {
    for (const at of ['/v1/labels?orderId=1', '/v1/cases?state=open', '/v1/lists?kind=allow']) {
      const reply = await api.ask(at, { key: 'analyst' });
      const asReviewer = await api.ask(at, { key: 'reviewer' });
      expect([reply.status, asReviewer.status].filter((one) => one !== 403)).not.toContain(200);
    }
  });
});

it('a repeated parameter is refused: only one of its values could count', async () => {
  const reply = await api.ask('/v1/cases?status=open&status=closed', { key: 'reviewer' });
  expect(messagesOf(reply)).toEqual(['invalid_value: $.status must be given once only']);
});

describe('the number or size of a page', () => {
  const names = ['limit', 'page', 'per_page'] as const;
  const paged = operations.flatMap(({ method, path, query }) =>
    names.filter((name) => query?.shape[name]).map((name) => ({ method, path, name })),
  );

  it.each(paged)('is refused by one code and its name: $name of $path', async (one) => {
    for (const value of ['-1', '0', '', 'x', '1.5', '1e1', '9'.repeat(17)]) {
      const at = `${filled(one.path)}?${one.name}=${value}`;
      const reply = await api.ask(at, { ...askFor(one.method), key: 'admin' });
      expect([reply.status, ...messagesOf(reply)]).toEqual([
        400,
        expect.stringMatching(
          `^invalid_value: \\$\\.${one.name} must be a whole number from 1 to `,
        ),
      ]);
    }
  });
});

it('two malformed parameters are both reported, and are no server error', async () => {
  const at = '/v1/rule-sets/shadow?version=0&from=2026-11-01&to=2026-11-28';
  const reply = await api.ask(at, { key: 'analyst' });
  expect(reply.status).toBe(400);
  expect(messagesOf(reply)).toEqual([
    expect.stringMatching(/^invalid_value: \$\.from must be a date-time/),
    expect.stringMatching(/^invalid_value: \$\.to must be a date-time/),
  ]);
});

describe('a body that cannot be read as it is', () => {
  const bodied = operations.filter(({ body, isBodyOptional }) => body && isBodyOptional !== true);
  const send = (path: string, method: string, headers: Record<string, string>) =>
    api.ask(filled(path).replace(anyId, 'block'), {
      ...askFor(method),
      ...{ key: 'admin', body: '{}', headers },
    });

  it.each(bodied)('compressed is 415 in words: $method $path', async (operation) => {
    const { method, path, bodyType = 'application/json' } = operation;
    for (const encoding of ['gzip', 'br', 'deflate, gzip']) {
      const headers = { 'content-type': bodyType, 'content-encoding': encoding };
      const reply = await send(path, method, headers);
      // A path that names nothing may be reported first.
      if (reply.status === 404) continue;
      expect(faultOf(reply)).toEqual([415, 'unsupported_media_type']);
      expect(reply.text).toContain('must not be compressed');
    }
  });

  it.each([
    ['application/json; charset=iso-8859-1', 415],
    ['application/json; charset="utf-16"', 415],
    ['application/json; charset=UTF-8', 400],
    ['application/json;charset="utf-8"', 400],
    ['multipart/form-data; boundary=x', 415],
    ['application/xml', 415],
  ])('%s is answered %i', async (type, status) => {
    expect((await send('/decision', 'post', { 'content-type': type })).status).toBe(status);
  });
});
