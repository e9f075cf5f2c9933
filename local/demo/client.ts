import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type Outcome, outcomes, type Verdict } from '../../contracts/hbc/decision.js';
import { StartFailure } from '../start-failure.js';
import type { OrderBody } from './order.js';
import type { Target } from './target.js';

const Answer = z.object({ transactionId: z.string(), recommendationCode: z.enum(outcomes) });

/** The answer to a posted order. */
export interface Answered {
  readonly transactionId: string;
  readonly outcome: Outcome;
  readonly latencyMs: number;
}

export interface DemoClient {
  /** Undefined when the order was not decided in time; the instance decides it later. */
  readonly postOrder: (body: OrderBody) => Promise<Answered | undefined>;
  /** False when the instance refused the verdict. */
  readonly postVerdict: (id: string, verdict: Verdict, remarks: string) => Promise<boolean>;
}

const attempts = 3;
const requestTimeoutMs = 15_000;

const send = async (target: Target, role: 'oms' | 'reviewer', path: string, body: unknown) => {
  const response = await fetch(`${target.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${target.keys[role]}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(requestTimeoutMs),
  }).catch(() => {
    throw new StartFailure(`${target.url} stopped answering.`);
  });
  if (response.status === 401) {
    const whose = `the ${role} key of ${target.keysFile}`;
    throw new StartFailure(`${target.url} does not know ${whose}: is it another instance's?`);
  }
  return response;
};

/** Retries while the answer is 503, which the API guarantees to be safe. */
const sendPatiently = async (...request: Parameters<typeof send>): Promise<Response> => {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(...request);
    if (response.status !== 503 || attempt === attempts) return response;
    await response.body?.cancel();
    await pause(1000 * Math.max(1, Number(response.headers.get('retry-after')) || 1));
  }
};

/** Calls the API as OMS and as a reviewer. Throws `StartFailure` when it cannot continue. */
export const createDemoClient = (target: Target): DemoClient => ({
  postOrder: async (body) => {
    const startMs = performance.now();
    const response = await sendPatiently(target, 'oms', '/transaction', body);
    const text = await response.text();
    const latencyMs = performance.now() - startMs;
    if (response.status === 503) return undefined;
    if (!response.ok) {
      throw new StartFailure(`An order was refused with ${response.status}: ${text}`);
    }
    const { transactionId, recommendationCode } = Answer.parse(JSON.parse(text));
    return { transactionId, outcome: recommendationCode, latencyMs };
  },
  postVerdict: async (transactionId, recommendationCode, remarks) => {
    const body = { transactionId, recommendationCode, totalScore: 0, remarks };
    const response = await sendPatiently(target, 'reviewer', '/decision', body);
    await response.body?.cancel();
    return response.ok;
  },
});
