import { setTimeout as pause } from 'node:timers/promises';

/** One request. Throws when the answer is not the expected one. */
export type Call = () => Promise<void>;

/** A fixed rate for some time. */
export interface OpenLoop {
  readonly perSecond: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/**
 * Sends at a fixed rate regardless of the answers, and measures each from its scheduled time, so
 * that a stall counts for every request that it delays (no coordinated omission). Returns latencies
 * in milliseconds. Throws a call's failure, or the signal's abort, after all calls have ended.
 */
export const openLoop = async (call: Call, load: OpenLoop): Promise<number[]> => {
  const everyMs = 1000 / load.perSecond;
  const startMs = performance.now();
  const due = Array.from(
    { length: Math.round(load.perSecond * load.seconds) },
    (_, index) => startMs + index * everyMs,
  );
  const calls: Promise<number>[] = [];
  try {
    for (const dueMs of due) {
      await pause(Math.max(0, dueMs - performance.now()), undefined, { signal: load.signal });
      // A timer may fire a little before its time.
      calls.push(call().then(() => Math.max(0, performance.now() - dueMs)));
      // Awaited after all are sent; until then a failure must not count as unhandled.
      calls.at(-1)?.catch(() => undefined);
    }
  } finally {
    await Promise.allSettled(calls);
  }
  return Promise.all(calls);
};

/** This many successful calls in a row mean that a process is warm. */
const warmCalls = 3;

/**
 * Sends at a fixed rate regardless of the answers, and then one by one until three calls in a row
 * succeed: a process answers late just after its start, on a busy machine too late. Throws the last
 * failure after `patienceMs` without three such calls.
 */
export const warmUp = async (call: Call, load: OpenLoop, patienceMs = 60_000): Promise<void> => {
  await openLoop(() => call().catch(() => undefined), load);
  const endMs = performance.now() + patienceMs;
  for (let inARow = 0; inARow < warmCalls; ) {
    load.signal.throwIfAborted();
    try {
      await call();
      inARow += 1;
    } catch (error) {
      if (performance.now() > endMs) throw error;
      inARow = 0;
    }
  }
};

interface ClosedLoop {
  readonly callers: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/**
 * Each caller sends its next request when the last one is answered. Returns requests per second.
 * Throws as `openLoop` does.
 */
export const closedLoop = async (call: Call, load: ClosedLoop): Promise<number> => {
  const startMs = performance.now();
  const endMs = startMs + load.seconds * 1000;
  let answered = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < endMs) {
      load.signal.throwIfAborted();
      await call();
      answered += 1;
    }
  };
  const callers = Array.from({ length: load.callers }, caller);
  await Promise.allSettled(callers);
  await Promise.all(callers);
  return Math.round((answered / (performance.now() - startMs)) * 10_000) / 10;
};
