import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { BenchContext } from '../context.js';
import { warmUp } from '../load.js';
import type { LocalStack } from '../local-stack.js';
import { type Caller, createCaller } from '../overload/caller.js';
import { pidsOfPart } from '../processes.js';
import type { Fault, Plan } from './plan.js';

/** How long an order waited after each try of one fault. */
export interface Recovered {
  readonly fault: Fault;
  /** Seconds until the order went on; null when it never did. */
  readonly seconds: readonly (number | null)[];
  /** Seconds from the end of each worker until the next one was ready; none where it lived. */
  readonly workerBackSeconds: readonly number[];
}

export interface Recovery {
  readonly plan: Plan;
  readonly startedInMs: number;
  readonly recovered: readonly Recovered[];
}

interface Tools {
  readonly stack: LocalStack;
  readonly agent: Agent;
  readonly caller: Caller;
  readonly plan: Plan;
  readonly signal: AbortSignal;
}

/** Fine beside waits of seconds, and light beside the work that is measured. */
const pollMs = 20;

/** Polls until `look` says yes; false when it never does. */
const isSeen = async ({ plan, signal }: Tools, look: () => Promise<boolean>): Promise<boolean> => {
  const endMs = performance.now() + plan.giveUpSeconds * 1000;
  while (performance.now() < endMs) {
    if (await look()) return true;
    await pause(pollMs, undefined, { signal });
  }
  return false;
};

type Simulator = 'oms' | 'sardine';

const setFault = async ({ stack, agent }: Tools, simulator: Simulator, fault: object) => {
  const { statusCode, body } = await request(`${stack.simulatorUrl}/_faults/${simulator}`, {
    ...{ dispatcher: agent, method: 'PUT', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(fault),
  });
  await body.dump();
  if (statusCode >= 300) throw new Error(`a fault of ${simulator} was refused: ${statusCode}`);
};

const callsOf = async ({ stack, agent }: Tools, simulator: Simulator): Promise<number> => {
  const url = `${stack.simulatorUrl}/_calls/${simulator}`;
  const { body } = await request(url, { dispatcher: agent });
  return ((await body.json()) as unknown[]).length;
};

/** Waits until the simulator has a new call: it may not answer it. Throws when none comes. */
const isCalled = async (tools: Tools, simulator: Simulator, before: number): Promise<void> => {
  const isThere = async () => (await callsOf(tools, simulator)) > before;
  if (!(await isSeen(tools, isThere))) throw new Error(`no call reached ${simulator}`);
};

const killWorker = ({ stack }: Tools): void => {
  const pids = pidsOfPart(stack.pid, 'worker');
  if (pids.length === 0) throw new Error('no process of the worker was found');
  for (const pid of pids) process.kill(pid, 'SIGKILL');
};

const isWorkerReady = async ({ stack, agent }: Tools): Promise<boolean> => {
  try {
    const { statusCode, body } = await request(`${stack.workerUrl}/readyz`, { dispatcher: agent });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
};

const secondsSince = (sinceMs: number): number =>
  Math.round((performance.now() - sinceMs) / 10) / 100;

interface Try {
  readonly seconds: number | null;
  readonly workerBackSeconds: number | null;
}

/** From the fault to the order's settlement, for an order that was answered at once. */
const untilSettled = async (tools: Tools, fault: object, isKilled: boolean): Promise<Try> => {
  const { caller } = tools;
  const before = await callsOf(tools, 'oms');
  await setFault(tools, 'oms', { ...fault, times: 1 });
  const body = caller.makeOrder();
  const { banner, orderId } = JSON.parse(body) as Record<'banner' | 'orderId', string>;
  await caller.postUntilAnswered(body);
  await isCalled(tools, 'oms', before);
  if (isKilled) killWorker(tools);
  const sinceMs = performance.now();
  const backSeconds = isKilled
    ? isSeen(tools, () => isWorkerReady(tools)).then(() => secondsSince(sinceMs))
    : Promise.resolve(null);
  const isProcessed = async () => {
    const { status, text } = await caller.get(
      `/v1/transactions?banner=${banner}&orderId=${orderId}`,
    );
    if (status !== 200) return false;
    const { transactions } = JSON.parse(text) as { transactions: { status: string }[] };
    return transactions[0]?.status === 'processed';
  };
  const seconds = (await isSeen(tools, isProcessed)) ? secondsSince(sinceMs) : null;
  return { seconds, workerBackSeconds: await backSeconds };
};

/** From the end of the worker to the answer of the order that it was deciding. */
const untilDecided = async (tools: Tools): Promise<Try> => {
  const { caller, signal } = tools;
  const before = await callsOf(tools, 'sardine');
  await setFault(tools, 'sardine', { latencyMs: 1000, times: 1 });
  const body = caller.makeOrder();
  const first = caller.post('/transaction', body);
  await isCalled(tools, 'sardine', before);
  killWorker(tools);
  const sinceMs = performance.now();
  const isBack = isSeen(tools, () => isWorkerReady(tools)).then(() => secondsSince(sinceMs));
  let reply = await first;
  while (reply.status === 503 && secondsSince(sinceMs) < tools.plan.giveUpSeconds) {
    // More often than `Retry-After` says, so that the answer is seen when it is there.
    await pause(5 * pollMs, undefined, { signal });
    reply = await caller.post('/transaction', body);
  }
  const seconds = reply.status === 200 ? secondsSince(sinceMs) : null;
  return { seconds, workerBackSeconds: await isBack };
};

const tries: Readonly<Record<Fault, (tools: Tools) => Promise<Try>>> = {
  'worker dies calling OMS': (tools) => untilSettled(tools, { connection: 'hang' }, true),
  'answer of OMS is lost': (tools) =>
    untilSettled(tools, { connection: 'hang', actsFirst: true }, false),
  'worker dies deciding': untilDecided,
};

const measure = async (tools: Tools, fault: Fault): Promise<Recovered> => {
  const { plan, signal } = tools;
  const measured: Try[] = [];
  for (let index = 0; index < plan.times; index += 1) {
    measured.push(await tries[fault](tools));
    await isSeen(tools, () => isWorkerReady(tools));
    await pause(plan.pauseSeconds * 1000, undefined, { signal });
  }
  return {
    fault,
    seconds: measured.map(({ seconds }) => seconds),
    workerBackSeconds: measured.flatMap(({ workerBackSeconds }) => workerBackSeconds ?? []),
  };
};

/**
 * Starts Verdict like `npm start` and, one order at a time, kills the worker or loses an answer of
 * OMS in the middle of the work. Throws when no order gets as far as that.
 */
export const recovery = async (plan: Plan, context: BenchContext): Promise<Recovery> => {
  const { signal, say, stacks } = context;
  // Each waiting call adds a listener; Node warns of a leak above ten.
  setMaxListeners(0, signal);
  const stack = await stacks.open();
  const agent = new Agent();
  try {
    const caller = createCaller(stack, agent);
    const tools = { stack, agent, caller, plan, signal };
    const order = async () => void (await caller.postUntilAnswered(caller.makeOrder()));
    say(`warming up, ${plan.warmUpSeconds} s`);
    await warmUp(order, { perSecond: 5, seconds: plan.warmUpSeconds, signal });
    const recovered: Recovered[] = [];
    for (const fault of plan.faults) {
      say(`${fault}, ${plan.times} times`);
      recovered.push(await measure(tools, fault));
    }
    return { plan, startedInMs: stack.startedInMs, recovered };
  } finally {
    await agent.destroy();
    await stacks.close(stack);
  }
};
