import { setTimeout as pause } from 'node:timers/promises';
import { type Percentiles, percentilesOf } from '../percentiles.js';
import { type Beside, type BesideCalls, callBeside } from './beside.js';
import type { Caller, Reply } from './caller.js';

/** The answers under a load beyond the capacity. */
export interface Storm {
  /** A multiple of the capacity. */
  readonly load: number;
  readonly perSecond: number;
  readonly offered: number;
  /** Orders answered 200 in each second of the storm, by the time of the answer. */
  readonly answeredBySecond: readonly number[];
  /** Orders answered 200, measured from their scheduled time. */
  readonly taken: Percentiles | null;
  /** Orders answered 503. */
  readonly refused: Percentiles | null;
  /** 503 answers without `Retry-After`. */
  readonly withoutRetryAfter: number;
  /** Answers of any other status. */
  readonly others: number;
  readonly beside: Beside;
  /** Until three orders in a row, one per second, took at most 500 ms; null when they never did. */
  readonly calmAfterSeconds: number | null;
}

const latencies = (replies: readonly Reply[]): Percentiles | null =>
  replies.length === 0 ? null : percentilesOf(replies.map(({ ms }) => ms));

/** The number of answers in each second since `startMs`. */
export const bySecond = (taken: readonly Reply[], startMs: number, seconds: number): number[] =>
  Array.from(
    { length: seconds },
    (_, second) =>
      taken.filter(({ atMs }) => Math.floor((atMs - startMs) / 1000) === second).length,
  );

const calmMs = 500;
const calmInARow = 3;

/** Posts an order per second until some in a row are answered fast. */
const untilCalm = async (
  caller: Caller,
  giveUpSeconds: number,
  signal: AbortSignal,
): Promise<number | null> => {
  const startMs = performance.now();
  for (let inARow = 0; performance.now() - startMs < giveUpSeconds * 1000; ) {
    const beganMs = performance.now();
    const { status, ms } = await caller.post('/transaction', caller.makeOrder());
    inARow = status === 200 && ms <= calmMs ? inARow + 1 : 0;
    // Calm began with the first of these orders.
    const sinceMs = performance.now() - startMs - (calmInARow - 1) * 1000;
    if (inARow === calmInARow) return Math.max(0, Math.round(sinceMs / 100) / 10);
    await pause(Math.max(0, beganMs + 1000 - performance.now()), undefined, { signal });
  }
  return null;
};

interface StormPlan {
  readonly load: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly giveUpSeconds: number;
  readonly signal: AbortSignal;
}

/** Offers new orders at a fixed rate regardless of the answers, with other calls beside them. */
export const measureStorm = async (
  caller: Caller,
  calls: BesideCalls,
  { load, perSecond, seconds, giveUpSeconds, signal }: StormPlan,
): Promise<Storm> => {
  // Created before the storm, so that the benchmark takes no CPU from the measured processes.
  const bodies = Array.from({ length: Math.round(perSecond * seconds) }, () => caller.makeOrder());
  const startMs = performance.now();
  const besideCalls = callBeside(caller, calls, seconds, signal);
  const sent: Promise<Reply>[] = [];
  for (const [index, body] of bodies.entries()) {
    const dueMs = startMs + (index * 1000) / perSecond;
    await pause(Math.max(0, dueMs - performance.now()), undefined, { signal });
    sent.push(caller.post('/transaction', body, dueMs));
  }
  const replies = await Promise.all(sent);
  const taken = replies.filter(({ status }) => status === 200);
  const refused = replies.filter(({ status }) => status === 503);
  return {
    ...{ load, perSecond, offered: bodies.length },
    answeredBySecond: bySecond(taken, startMs, seconds),
    taken: latencies(taken),
    refused: latencies(refused),
    withoutRetryAfter: refused.filter(({ retryAfter }) => retryAfter === undefined).length,
    others: replies.length - taken.length - refused.length,
    beside: await besideCalls,
    calmAfterSeconds: await untilCalm(caller, giveUpSeconds, signal),
  };
};
