import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Decision, TransactionStatus } from '../../contracts/hbc/decision.js';
import type { keys, Reply, Stack } from './stack.js';
import { until } from './until.js';

type Json = Record<string, unknown>;

/** OMS would retry longer; 503 answers for this long mean a fault. */
const retryForMs = 10_000;

/** Sends like OMS: again after each 503, when `Retry-After` has passed. */
export const untilTaken = async (send: () => Promise<Reply>): Promise<Reply> => {
  const endMs = Date.now() + retryForMs;
  for (;;) {
    const reply = await send();
    if (reply.status !== 503 || Date.now() > endMs) {
      expect(reply.status, reply.text).toBe(200);
      return reply;
    }
    expectTryAgain(reply);
    await pause(Number(reply.headers.get('retry-after')) * 1000);
  }
};

/**
 * Posts an order until it is answered, and returns its decision. It does not assert the answer's
 * time: tests about deadlines post by themselves.
 */
export const decided = async (stack: Stack, body: Json): Promise<Decision> =>
  (await untilTaken(() => stack.post('/transaction', body))).json as Decision;

export const workflowIdOf = (body: Json): string =>
  `${String(body['banner'])}:${String(body['orderId'])}:1`;

/** The transaction of an order from `GET /v1/transactions`; undefined while it is unknown. */
export const lookUp = async (
  stack: Stack,
  body: Json,
): Promise<{ transactionId: string; status: TransactionStatus } | undefined> => {
  const query = `banner=s5a&orderId=${String(body['orderId'])}`;
  const { json } = await stack.get(`/v1/transactions?${query}`);
  return (json as { transactions: { transactionId: string; status: TransactionStatus }[] })
    .transactions[0];
};

/** Waits until an order has `status`; resolves with its transaction id. */
export const reaches = (
  stack: Stack,
  body: Json,
  status: TransactionStatus,
  timeoutMs?: number,
): Promise<string> =>
  until(
    `the order is ${status}`,
    async () => {
      const found = await lookUp(stack, body);
      return found?.status === status ? found.transactionId : undefined;
    },
    timeoutMs,
  );

/** Sends a reviewer's verdict by `POST /decision`. */
export const giveVerdict = (
  stack: Stack,
  transactionId: string,
  recommendationCode: 'accept' | 'reject',
  remarks?: string,
  key: keyof typeof keys = 'reviewer',
): Promise<Reply> =>
  stack.post('/decision', { transactionId, recommendationCode, totalScore: 0, remarks }, key);

/** Takes an order back, as OMS does. */
export const withdraw = (stack: Stack, transactionId: string): Promise<Reply> =>
  stack.post(`/v1/transactions/${transactionId}/withdrawal`, {});

export interface OmsCall {
  readonly action: string;
  readonly key: string;
  readonly status: number | null;
  readonly atMs: number;
  readonly body: { readonly decision: Decision };
}

/** The calls to OMS about an order, oldest first. */
export const omsCallsOf = async (stack: Stack, body: Json): Promise<OmsCall[]> =>
  (await stack.calls('oms'))
    .filter((call) => call.path.includes(`/${String(body['orderId'])}/`))
    .map((call) => ({
      action: call.path.split('/').at(-1) ?? '',
      key: call.headers['idempotency-key'] ?? '',
      status: call.status,
      atMs: Date.parse((call as unknown as { receivedAt: string }).receivedAt),
      body: call.body as unknown as OmsCall['body'],
    }));

/** Expects 503 with `Retry-After`: the caller may retry the request. */
export const expectTryAgain = (reply: Reply): void => {
  expect(reply.status, reply.text).toBe(503);
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(reply.json).toEqual([
    { error: 'temporarily_unavailable', message: expect.any(String) as string },
  ]);
};
