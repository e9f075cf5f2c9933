import type { Payload } from '@temporalio/common';
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { CodecPayloads } from '../../contracts/v1/codec.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest } from '../faults.js';
import { parsed } from '../parsed.js';
import { readJson } from '../read-json.js';

const show = (payload: Payload) => ({
  metadata: Object.fromEntries(
    Object.entries(payload.metadata ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]),
  ),
  data: Buffer.from(payload.data ?? []).toString('base64'),
});

const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');

const parse = (raw: unknown): Payload[] =>
  parsed(CodecPayloads, raw).payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([key, value]) => [key, bytesOf(value)]),
    ),
    data: bytesOf(data),
  }));

const decodeOrFault = async (deps: ApiDeps, payloads: Payload[]): Promise<Payload[]> => {
  try {
    return await deps.codec.decode(payloads);
  } catch {
    const message = '$.payloads holds one that no key of this installation opens';
    throw badRequest([{ error: 'invalid_value', message }]);
  }
};

/** Lets the local UI's own origin in without a key, everybody else as `operator`. */
const authoriseCodec = (deps: ApiDeps, authenticate: Authenticate) => {
  const byKey = authorise(authenticate, ['operator']);
  return createMiddleware<ApiEnv>(async (c, next) => {
    const origin = c.req.header('origin') ?? '';
    const isLocalUi = deps.uiOrigins.includes(origin);
    if (isLocalUi) {
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Allow-Headers', 'Content-Type, X-Namespace, Authorization');
      c.header('Access-Control-Allow-Methods', 'POST, OPTIONS');
      c.header('Access-Control-Allow-Credentials', 'true');
      c.header('Vary', 'Origin');
    }
    if (c.req.method === 'OPTIONS') return c.body(null, 204);
    if (isLocalUi && c.req.header('authorization') === undefined) return next();
    return byKey(c, next);
  });
};

/** Temporal's codec server for its UI and CLI. It decrypts: hence the role. */
export const codecRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .use('/codec/*', authoriseCodec(deps, authenticate))
    .post('/codec/decode', async (c) => {
      const payloads = await decodeOrFault(deps, parse(await readJson(c)));
      return c.json({ payloads: payloads.map(show) });
    })
    .post('/codec/encode', async (c) => {
      const payloads = await deps.codec.encode(parse(await readJson(c)));
      return c.json({ payloads: payloads.map(show) });
    });
