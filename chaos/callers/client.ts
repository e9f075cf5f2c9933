import { Agent, request } from 'undici';
import type { CallEntry, Recorder } from '../record.js';
import type { ChaosStack } from '../stack.js';

/** What to call, and what the record is to say about it. */
export interface Asked extends Pick<CallEntry, 'act' | 'subject' | 'name' | 'outcome'> {
  readonly method?: 'POST' | 'DELETE' | 'PUT';
  readonly path: string;
  /** The role whose key is sent. */
  readonly role: string;
  readonly body?: unknown;
}

/** Calls the API through its proxy and records each call with its answer. */
export interface Client {
  readonly call: (asked: Asked) => Promise<CallEntry>;
  /** Reads or writes without the proxy and without a record; undefined unless the answer is 2xx. */
  readonly direct: (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    role: string,
    body?: unknown,
  ) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** Longer than the API takes for any answer. A caller that hears nothing tries again. */
const timeoutMs = 6000;

/** Creates a client of a stack. */
export const createClient = (stack: ChaosStack, recorder: Recorder): Client => {
  const dispatcher = new Agent({ headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  const send = async (url: string, method: string, role: string, body: unknown) => {
    const reply = await request(url, {
      ...{ dispatcher, method: method as 'POST' },
      headers: {
        authorization: `Bearer ${stack.keys[role] ?? ''}`,
        'content-type': 'application/json',
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(2 * timeoutMs),
    });
    return { reply, text: await reply.body.text() };
  };
  return {
    call: async ({ method = 'POST', path, role, body, ...about }) => {
      const sentMs = recorder.now();
      const ended = await send(`${stack.apiUrl}${path}`, method, role, body).catch(() => undefined);
      const isReplayed = ended?.reply.headers['idempotent-replayed'] === 'true';
      const retryAfter = Number(ended?.reply.headers['retry-after']);
      const entry: CallEntry = {
        ...{ type: 'call', ...about, sentMs, doneMs: recorder.now() },
        ...{ status: ended?.reply.statusCode ?? null, body: ended?.text ?? '' },
        ...(isReplayed && { replayed: true }),
        ...(retryAfter > 0 && { retryAfter }),
      };
      recorder.add(entry);
      return entry;
    },
    direct: async (method, path, role, body) => {
      const { reply, text } = await send(`${stack.directApiUrl}${path}`, method, role, body);
      if (reply.statusCode >= 300) return undefined;
      return text === '' ? {} : (JSON.parse(text) as unknown);
    },
    close: () => dispatcher.destroy(),
  };
};
