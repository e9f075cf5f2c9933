import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import type { Decision, Outcome } from '../../contracts/hbc/decision.js';
import type { BenchContext } from '../context.js';
import { warmUp } from '../load.js';
import { pidsOfPart } from '../processes.js';
import { type Caller, createCaller, type Reply } from '../overload/caller.js';
import type { Plan, StoppedPart } from './plan.js';

/** What callers got through one stop. Seconds count from the end of the stop. */
export interface Stop {
  readonly part: StoppedPart;
  readonly seconds: number;
  readonly orders: number;
  /** Clean orders that were answered with review. */
  readonly reviewed: number;
  /** Connections that broke; the caller sends its order again. */
  readonly resets: number;
  readonly refusedDuring: number;
  readonly refusedAfter: number;
  /** Null when no order was refused after the stop. */
  readonly lastRefusedAfterSeconds: number | null;
  /** Orders that came after the stop, and those of them that were refused at first. */
  readonly newOrders: number;
  readonly newRefused: number;
  /** Orders that came before the end of the stop and were not answered by then. */
  readonly crowd: number;
  readonly halfOfCrowdSeconds: number | null;
  readonly allOfCrowdSeconds: number | null;
}

export interface Stops {
  readonly plan: Plan;
  readonly startedInMs: number;
  readonly stops: readonly Stop[];
}

/** One order and its answers. Instants are those of `performance.now()`. */
interface Sent {
  readonly dueMs: number;
  readonly refusedAtMs: readonly number[];
  readonly resets: number;
  readonly answeredAtMs: number;
  readonly outcome: Outcome;
}

/** The pause before an order is sent again whose connection broke. */
const resetPauseMs = 1000;

/** Undefined when the connection broke. Throws any other fault. */
const postOnce = async (caller: Caller, body: string): Promise<Reply | undefined> => {
  try {
    return await caller.post('/transaction', body);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    return undefined;
  }
};

/** Retries an order like OMS, after the pause that the API asks for. */
const postPatiently = async (caller: Caller, signal: AbortSignal): Promise<Sent> => {
  const body = caller.makeOrder();
  const dueMs = performance.now();
  const refusedAtMs: number[] = [];
  let resets = 0;
  for (;;) {
    const reply = await postOnce(caller, body);
    if (reply === undefined) {
      resets += 1;
      await pause(resetPauseMs, undefined, { signal });
      continue;
    }
    const { status, text, atMs, retryAfter } = reply;
    if (status === 200) {
      const { recommendationCode: outcome } = JSON.parse(text) as Decision;
      return { dueMs, refusedAtMs, resets, answeredAtMs: atMs, outcome };
    }
    if (status !== 503 || retryAfter === undefined) throw new Error(`an order got ${status}`);
    refusedAtMs.push(atMs);
    await pause(Number(retryAfter) * 1000, undefined, { signal });
  }
};

const secondsSince = (backMs: number, atMs: number | undefined): number | null =>
  atMs === undefined ? null : Math.round((atMs - backMs) / 100) / 10;

const figuresOf = (sent: readonly Sent[], backMs: number): Omit<Stop, 'part' | 'seconds'> => {
  const refusals = sent.flatMap(({ refusedAtMs }) => refusedAtMs);
  const after = refusals.filter((atMs) => atMs > backMs).toSorted((a, b) => a - b);
  const fresh = sent.filter(({ dueMs }) => dueMs > backMs);
  const crowd = sent
    .filter(({ dueMs, answeredAtMs }) => dueMs <= backMs && answeredAtMs > backMs)
    .map(({ answeredAtMs }) => answeredAtMs)
    .toSorted((a, b) => a - b);
  return {
    orders: sent.length,
    reviewed: sent.filter(({ outcome }) => outcome === 'review').length,
    resets: sent.reduce((sum, { resets }) => sum + resets, 0),
    refusedDuring: refusals.length - after.length,
    refusedAfter: after.length,
    lastRefusedAfterSeconds: secondsSince(backMs, after.at(-1)),
    newOrders: fresh.length,
    newRefused: fresh.filter(({ refusedAtMs }) => refusedAtMs.length > 0).length,
    crowd: crowd.length,
    halfOfCrowdSeconds: secondsSince(backMs, crowd[Math.ceil(crowd.length / 2) - 1]),
    allOfCrowdSeconds: secondsSince(backMs, crowd.at(-1)),
  };
};

const signalAll = (pids: readonly number[], signal: 'SIGSTOP' | 'SIGCONT'): void => {
  for (const pid of pids) process.kill(pid, signal);
};

/** New orders at a fixed rate until `ending`, whatever the answers are. */
const keepPosting = async (
  caller: Caller,
  perSecond: number,
  { ending, signal }: { readonly ending: AbortSignal; readonly signal: AbortSignal },
): Promise<readonly Sent[]> => {
  const sent: Promise<Sent>[] = [];
  const startMs = performance.now();
  for (let index = 0; !ending.aborted; index += 1) {
    const dueMs = startMs + (index * 1000) / perSecond;
    await pause(Math.max(0, dueMs - performance.now()), undefined, { signal });
    sent.push(postPatiently(caller, signal));
    // Awaited at the end; until then a failure must not count as unhandled.
    sent.at(-1)?.catch(() => undefined);
  }
  return Promise.all(sent);
};

const measureStop = async (
  caller: Caller,
  { part, seconds }: Plan['stops'][number],
  { perSecond, beforeSeconds, afterSeconds }: Plan,
  { rootPid, signal }: { readonly rootPid: number; readonly signal: AbortSignal },
): Promise<Stop> => {
  const ending = new AbortController();
  const posting = keepPosting(caller, perSecond, { ending: ending.signal, signal });
  await pause(beforeSeconds * 1000, undefined, { signal });
  const pids = pidsOfPart(rootPid, part);
  if (pids.length === 0) throw new Error(`no process of ${part} was found`);
  try {
    signalAll(pids, 'SIGSTOP');
    await pause(seconds * 1000, undefined, { signal });
  } finally {
    signalAll(pids, 'SIGCONT');
  }
  const backMs = performance.now();
  await pause(afterSeconds * 1000, undefined, { signal });
  ending.abort();
  return { part, seconds, ...figuresOf(await posting, backMs) };
};

/** Starts Verdict like `npm start` and stops its parts one after the other under a light load. */
export const stops = async (plan: Plan, context: BenchContext): Promise<Stops> => {
  const { signal, say, stacks } = context;
  // Each waiting caller adds a listener; Node warns of a leak above ten.
  setMaxListeners(0, signal);
  const stack = await stacks.open();
  const agent = new Agent();
  try {
    const caller = createCaller(stack, agent);
    const order = async () => void (await caller.postUntilAnswered(caller.makeOrder()));
    say(`warming up, ${plan.warmUpSeconds} s`);
    await warmUp(order, { perSecond: 10, seconds: plan.warmUpSeconds, signal });
    const measured: Stop[] = [];
    for (const stop of plan.stops) {
      say(`${stop.part} stops for ${stop.seconds} s`);
      measured.push(await measureStop(caller, stop, plan, { rootPid: stack.pid, signal }));
    }
    return { plan, startedInMs: stack.startedInMs, stops: measured };
  } finally {
    await agent.destroy();
    await stacks.close(stack);
  }
};
