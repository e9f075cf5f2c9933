import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import { type AtRest, measureAtRest } from '../at-rest.js';
import type { BenchContext } from '../context.js';
import type { LocalStack } from '../local-stack.js';
import { answeredPercentiles, type Offered, offerOrders } from '../offer-orders.js';
import { type Caller, createCaller } from '../overload/caller.js';
import type { Percentiles } from '../percentiles.js';
import { pidsOfPart, statOf } from '../processes.js';
import type { Plan } from './plan.js';

/** The first orders after a start, in the order of sending. */
export interface FirstOrders {
  /** Null for an order that was refused. */
  readonly latenciesMs: readonly (number | null)[];
  readonly answered: Percentiles | null;
  readonly refused: number;
}

export interface Start {
  readonly plan: Plan;
  /** The first start in a new folder. */
  readonly startedInMs: number;
  /** The next start in the same folder. */
  readonly startedAgainInMs: number;
  /** From the end of the old worker to the new one's word that it is ready. */
  readonly workerRestartedInMs: number;
  /** After the first start, before any order. */
  readonly atRest: AtRest;
  readonly afterStart: FirstOrders;
  readonly afterWorkerRestart: FirstOrders;
  /** The same load on the warm installation, between the two. */
  readonly warm: Percentiles;
}

const readyTimeoutMs = 60_000;
const pollMs = 25;

const firstOrdersOf = (offered: readonly Offered[]): FirstOrders => ({
  latenciesMs: offered.map(({ latencyMs, isRefused }) =>
    isRefused ? null : Math.round(latencyMs * 10) / 10,
  ),
  answered: answeredPercentiles(offered),
  refused: offered.filter(({ isRefused }) => isRefused).length,
});

/** Ends the worker, and waits until its successor is ready. Returns the milliseconds in between. */
const restartWorker = async (stack: LocalStack, signal: AbortSignal): Promise<number> => {
  const old = pidsOfPart(stack.pid, 'worker');
  if (old.length === 0) throw new Error('no process of the worker was found');
  for (const pid of old) process.kill(pid, 'SIGTERM');
  let endedAtMs: number | undefined;
  for (const endMs = performance.now() + readyTimeoutMs; performance.now() < endMs; ) {
    await pause(pollMs, undefined, { signal });
    if (endedAtMs === undefined) {
      if (old.every((pid) => statOf(pid) === undefined)) endedAtMs = performance.now();
    } else if (await stack.isReady().catch(() => false)) {
      return Math.round(performance.now() - endedAtMs);
    }
  }
  throw new Error('the worker did not come back');
};

const measureOrders = async (
  stack: LocalStack,
  caller: Caller,
  { perSecond, orders, warmUpOrders, warmOrders }: Plan,
  { signal, say }: BenchContext,
): Promise<Pick<Start, 'afterStart' | 'afterWorkerRestart' | 'warm' | 'workerRestartedInMs'>> => {
  const offer = (count: number) =>
    offerOrders(caller, { perSecond, seconds: count / perSecond, signal });
  say(`the first ${orders} orders`);
  const afterStart = firstOrdersOf(await offer(orders));
  say(`${warmUpOrders + warmOrders} orders more`);
  await offer(warmUpOrders);
  const warm = answeredPercentiles(await offer(warmOrders));
  if (warm === null) throw new Error('no order of the warm installation was answered');
  say('the worker restarts');
  const workerRestartedInMs = await restartWorker(stack, signal);
  say(`the first ${orders} orders after that`);
  const afterWorkerRestart = firstOrdersOf(await offer(orders));
  return { workerRestartedInMs, afterStart, afterWorkerRestart, warm };
};

const measureFresh = async (stack: LocalStack, plan: Plan, context: BenchContext) => ({
  startedInMs: stack.startedInMs,
  atRest: await measureAtRest(stack.pid, plan.rest, context),
});

/**
 * Starts Verdict like `npm start` and watches it at rest; starts it again in the same folder and
 * posts orders from the first moment on; then restarts the worker and does so again. Throws when an
 * order gets another answer than `accept` or 503.
 */
export const start = async (plan: Plan, context: BenchContext): Promise<Start> => {
  const { say, stacks } = context;
  let stack = await stacks.open();
  const agent = new Agent();
  try {
    const fresh = await measureFresh(stack, plan, context);
    say('the second start in that folder');
    stack = await stacks.startAgain(stack);
    const measured = await measureOrders(stack, createCaller(stack, agent), plan, context);
    return { plan, ...fresh, startedAgainInMs: stack.startedInMs, ...measured };
  } finally {
    await agent.destroy();
    await stacks.close(stack);
  }
};
