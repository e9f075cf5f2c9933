import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Decision, TransactionStatus } from '../../contracts/hbc/decision.js';
import type { keys, Reply, Stack } from './stack.js';
import { until } from './until.js';

type Json = Record<string, unknown>;

/** OMS would go on; a test that was told "not now" for so long has found a fault. */
const sendAgainForMs = 10_000;

/**
 * Posts an order as OMS does, again after each 503 when `Retry-After` has passed, and gives its
 * decision. That an answer is in time is for the tests that post by themselves to show.
 */
export const decided = async (stack: Stack, body: Json): Promise<Decision> => {
  const endMs = Date.now() + sendAgainForMs;
  for (;;) {
    const reply = await stack.post('/transaction', body);
    if (reply.status !== 503 || Date.now() > endMs) {
      expect(reply.status, reply.text).toBe(200);
      return reply.json as Decision;
    }
    expectTryAgain(reply);
    await pause(Number(reply.headers.get('retry-after')) * 1000);
  }
};

export const workflowIdOf = (body: Json): string =>
  `${String(body['banner'])}:${String(body['orderId'])}:1`;

/** The transaction of an order as `GET /v1/transactions` shows it; undefined while unknown. */
export const lookUp = async (
  stack: Stack,
  body: Json,
): Promise<{ transactionId: string; status: TransactionStatus } | undefined> => {
  const query = `banner=s5a&orderId=${String(body['orderId'])}`;
  const { json } = await stack.get(`/v1/transactions?${query}`);
  return (json as { transactions: { transactionId: string; status: TransactionStatus }[] })
    .transactions[0];
};

/** Waits until an order stands in `status`; resolves with its transaction id. */
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

/** A person's verdict by `POST /decision`. */
export const giveVerdict = (
  stack: Stack,
  transactionId: string,
  recommendationCode: 'accept' | 'reject',
  remarks?: string,
  key: keyof typeof keys = 'reviewer',
): Promise<Reply> =>
  stack.post('/decision', { transactionId, recommendationCode, totalScore: 0, remarks }, key);

export interface OmsCall {
  readonly action: string;
  readonly key: string;
  readonly status: number | null;
  readonly atMs: number;
  readonly body: { readonly decision: Decision };
}

/** What OMS was told about an order, oldest call first. */
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

/** Expects 503 with `Retry-After`: the same request may be sent again. */
export const expectTryAgain = (reply: Reply): void => {
  expect(reply.status, reply.text).toBe(503);
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(reply.json).toEqual([
    { error: 'temporarily_unavailable', message: expect.any(String) as string },
  ]);
};
