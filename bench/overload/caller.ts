import { setTimeout as pause } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import { createEverydayGenerator } from '../../local/demo/generate.js';
import type { LocalStack } from '../local-stack.js';
import { retryPauseMs } from '../orders.js';

/** One answer of any status. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
  /** When it arrived, by `performance.now()`. */
  readonly atMs: number;
  readonly retryAfter: string | undefined;
}

/** Calls the API like its clients; no status is thrown. */
export interface Caller {
  /** A new everyday order; `tag` goes into its mailbox. */
  readonly makeOrder: (tag?: string) => string;
  /** Measures from `dueMs`, so that a stall counts for every order that it delays. */
  readonly post: (path: string, body: string, dueMs?: number) => Promise<Reply>;
  /** Retries an order after each 503, like OMS. Throws for any other answer. */
  readonly postUntilAnswered: (body: string) => Promise<Reply>;
  readonly get: (path: string) => Promise<Reply>;
}

/** Beyond any deadline of the API, and any stop of it. */
const timeoutMs = 90_000;

/** How many callers there were: each has shoppers and order numbers of its own. */
let callers = 0;

export const createCaller = (stack: LocalStack, dispatcher: Dispatcher): Caller => {
  callers += 1;
  const caller = callers;
  const everyday = createEverydayGenerator(caller);
  const headers = {
    authorization: `Bearer ${stack.keys.oms}`,
    'content-type': 'application/json',
  };
  let made = 0;
  const send = async (
    method: 'GET' | 'POST',
    path: string,
    body: string | null,
    dueMs: number,
  ): Promise<Reply> => {
    const reply = await request(`${stack.apiUrl}${path}`, {
      ...{ dispatcher, method, headers, body },
      ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
    });
    const text = await reply.body.text();
    const atMs = performance.now();
    const retryAfter = reply.headers['retry-after'];
    return {
      // A timer may fire a little before its time.
      ...{ status: reply.statusCode, text, ms: Math.max(0, atMs - dueMs), atMs },
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    };
  };
  const post: Caller['post'] = (path, body, dueMs = performance.now()) =>
    send('POST', path, body, dueMs);
  return {
    post,
    postUntilAnswered: async (body) => {
      for (;;) {
        const reply = await post('/transaction', body);
        if (reply.status === 200) return reply;
        if (reply.status !== 503) throw new Error(`an order was answered ${reply.status}`);
        await pause(retryPauseMs);
      }
    },
    makeOrder: (tag) => {
      made += 1;
      const body = JSON.stringify(
        everyday({ orderId: `bench-${caller}-${made}`, now: new Date() }),
      );
      return tag === undefined ? body : body.replace('@example.com', `+${tag}@example.com`);
    },
    get: (path) => send('GET', path, null, performance.now()),
  };
};
