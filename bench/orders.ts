import { setTimeout as pause } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import type { Decision, Outcome } from '../contracts/hbc/decision.js';
import { createEverydayGenerator } from '../local/demo/generate.js';
import { type OpenLoop, openLoop } from './load.js';
import type { LocalStack } from './local-stack.js';

const requestTimeoutMs = 10_000;

/** A shorter pause than `Retry-After` asks for, to find the capacity. */
export const retryPauseMs = 200;

/**
 * Posts the next order, once or, like OMS, again after each 503. Throws when the answer is not 200
 * with one of these outcomes.
 */
export type PostOrder = (
  expected: readonly Outcome[],
  tries?: 'once' | 'until_answered',
) => Promise<Decision>;

/** Posts everyday orders, each with a new number. */
export const createPostOrder = (
  { apiUrl, keys }: LocalStack,
  dispatcher: Dispatcher,
): PostOrder => {
  const makeOrder = createEverydayGenerator(1);
  let sent = 0;
  const send = async (order: string) => {
    const { statusCode, body } = await request(`${apiUrl}/transaction`, {
      dispatcher,
      method: 'POST',
      headers: { authorization: `Bearer ${keys.oms}`, 'content-type': 'application/json' },
      body: order,
      headersTimeout: requestTimeoutMs,
    });
    return { statusCode, answer: (await body.json()) as Decision };
  };
  return async (expected, tries = 'once') => {
    sent += 1;
    const order = JSON.stringify(makeOrder({ orderId: `bench-${sent}`, now: new Date() }));
    const isPatient = tries === 'until_answered';
    for (;;) {
      const { statusCode, answer } = await send(order);
      if (statusCode === 200 && expected.includes(answer.recommendationCode)) return answer;
      if (statusCode !== 503 || !isPatient) {
        throw new Error(`an order was answered ${statusCode} ${answer.recommendationCode}`);
      }
      await pause(retryPauseMs);
    }
  };
};

/** One order of a load, with its caller's waiting time. */
export interface AnsweredOrder {
  readonly latencyMs: number;
  readonly remarks: string;
}

/**
 * Posts orders at a fixed rate; results are in the order of sending. Throws as `PostOrder` and
 * `openLoop` do.
 */
export const postOrders = async (
  post: PostOrder,
  expected: readonly Outcome[],
  load: OpenLoop,
): Promise<AnsweredOrder[]> => {
  const answers: Promise<Decision>[] = [];
  const call = async (): Promise<void> => {
    const answer = post(expected);
    answers.push(answer);
    await answer;
  };
  const latencies = await openLoop(call, load);
  const decisions = await Promise.all(answers);
  return latencies.map((latencyMs, index) => ({
    latencyMs,
    remarks: decisions[index]?.remarks ?? '',
  }));
};
