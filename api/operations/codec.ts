import type { Payload, PayloadCodec } from '@temporalio/common';
import type { z } from 'zod';
import { createMiddleware } from 'hono/factory';
import { CodecPayloads } from '../../contracts/v1/codec.js';
import { authorise } from '../authorise.js';
import type { CallContext } from '../context.js';
import type { ApiEnv } from '../deps.js';
import { badRequest } from '../faults.js';
import { mapInTurns } from '../../services/turns.js';
import { post, tagged, type Tools } from '../operation.js';

const shown = (payloads: readonly Payload[]) => ({
  payloads: payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([key, value]) => [
        key,
        Buffer.from(value).toString('base64'),
      ]),
    ),
    data: Buffer.from(data ?? []).toString('base64'),
  })),
});

const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');

const read = ({ payloads }: z.output<typeof CodecPayloads>): Payload[] =>
  payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([key, value]) => [key, bytesOf(value)]),
    ),
    data: bytesOf(data),
  }));

/** One at a time: a megabyte of small payloads would hold the event loop. */
const each = async (payloads: Payload[], work: PayloadCodec['decode']): Promise<Payload[]> =>
  (await mapInTurns(payloads, (payload) => work([payload]))).flat();

const decodeOrFault = async ({ codec }: CallContext, payloads: Payload[]): Promise<Payload[]> => {
  try {
    return await each(payloads, (some) => codec.decode(some));
  } catch {
    const message = '$.payloads holds one that no key of this installation opens';
    throw badRequest([{ error: 'invalid_value', message }]);
  }
};

/** Admits the local UI's origin without a key. Everybody else needs the role `operator`. */
const authoriseCodec = ({ context: { uiOrigins }, authenticate }: Tools) => {
  const byKey = authorise(authenticate, ['operator']);
  return createMiddleware<ApiEnv>(async (c, next) => {
    const origin = c.req.header('origin') ?? '';
    const isLocalUi = uiOrigins.includes(origin);
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

const common = {
  roles: ['operator'],
  takesAnyQuery: true,
  admit: authoriseCodec,
  // Browsers send a preflight OPTIONS request, which is not an operation.
  admitAt: '/codec/*',
  body: CodecPayloads,
  answer: CodecPayloads,
} as const;

const tag = {
  name: 'Codec',
  description: "Temporal's codec server for its UI and CLI. It decrypts: hence the role.",
};

export const codecOperations = tagged(tag, [
  post('/codec/decode', {
    ...common,
    summary: "Decrypt payloads for Temporal's UI and CLI (codec server protocol).",
    examples: { none: { payloads: [] } },
    returns: 'The payloads, decrypted.',
    faults: { 400: 'No payloads, or no key of this installation decrypts them.' },
    handle: async (context, { body }) => shown(await decodeOrFault(context, read(body))),
  }),
  post('/codec/encode', {
    ...common,
    summary: "Encrypt payloads for Temporal's UI and CLI (codec server protocol).",
    examples: {
      json: { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'e30=' }] },
    },
    returns: 'The payloads, encrypted.',
    faults: { 400: 'No payloads.' },
    handle: async ({ codec }, { body }) =>
      shown(await each(read(body), (some) => codec.encode(some))),
  }),
]);
