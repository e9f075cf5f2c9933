import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type Outcome, outcomes } from '../../contracts/hbc/decision.js';
import { StartFailure } from '../start-failure.js';
import type { OrderBody } from './order.js';
import type { Target } from './target.js';

const Answer = z.object({ transactionId: z.string(), recommendationCode: z.enum(outcomes) });

const Cases = z.object({
  cases: z.array(z.object({ caseId: z.string(), transactionId: z.string(), orderId: z.string() })),
  nextCursor: z.string().nullable(),
});
export type OpenCase = z.output<typeof Cases>['cases'][number];

/** The answer to a posted order. */
export interface Answered {
  readonly transactionId: string;
  readonly outcome: Outcome;
  readonly latencyMs: number;
}

/** What a reviewer can do to a case by the API. */
export type CaseAct = 'claim' | 'decision' | 'escalation' | 'hold' | 'notes' | 'tags';

export interface DemoClient {
  /** Undefined when the order was not decided in time; the instance decides it later. */
  readonly postOrder: (body: OrderBody) => Promise<Answered | undefined>;
  /** The open cases of these transactions. */
  readonly findCases: (transactionIds: ReadonlySet<string>) => Promise<OpenCase[]>;
  /** False when the instance refused it. */
  readonly act: (caseId: string, act: CaseAct, body: object) => Promise<boolean>;
}

const attempts = 3;
const requestTimeoutMs = 15_000;
const pageSize = 200;

type Role = 'oms' | 'reviewer';

const send = async (target: Target, role: Role, path: string, body?: unknown) => {
  const response = await fetch(`${target.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${target.keys[role]}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
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

const isTaken = async (...request: Parameters<typeof send>): Promise<boolean> => {
  const response = await sendPatiently(...request);
  await response.body?.cancel();
  return response.ok;
};

const postOrder = async (target: Target, body: OrderBody): Promise<Answered | undefined> => {
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
};

const findCases = async (target: Target, wanted: ReadonlySet<string>): Promise<OpenCase[]> => {
  const found: OpenCase[] = [];
  let cursor: string | null = '';
  while (cursor !== null && found.length < wanted.size) {
    const query = new URLSearchParams({ status: 'open', limit: String(pageSize) });
    if (cursor !== '') query.set('cursor', cursor);
    const response = await sendPatiently(target, 'reviewer', `/v1/cases?${query.toString()}`);
    if (!response.ok) throw new StartFailure(`The queue is refused with ${response.status}.`);
    const page = Cases.parse(await response.json());
    found.push(...page.cases.filter(({ transactionId }) => wanted.has(transactionId)));
    cursor = page.nextCursor;
  }
  return found;
};

/** Calls the API as OMS and as a reviewer. Throws `StartFailure` when it cannot continue. */
export const createDemoClient = (target: Target): DemoClient => ({
  postOrder: (body) => postOrder(target, body),
  findCases: (transactionIds) => findCases(target, transactionIds),
  act: (caseId, act, body) => isTaken(target, 'reviewer', `/v1/cases/${caseId}/${act}`, body),
});
