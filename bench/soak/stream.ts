import { setTimeout as pause } from 'node:timers/promises';
import type { Caller } from '../overload/caller.js';
import { type Percentiles, percentilesOf } from '../percentiles.js';

/** One order. Instants are those of `performance.now()`. */
export interface Posted {
  readonly dueMs: number;
  readonly answeredAtMs: number;
  readonly status: number;
}

/** One minute of the stream. */
export interface Minute {
  readonly answered: number;
  readonly refused: number;
  /** Null when no order was answered. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** Posts new orders at a fixed rate until `ending`, whatever the answers are. */
export const postUntil = async (
  caller: Caller,
  perSecond: number,
  { ending, signal }: { readonly ending: AbortSignal; readonly signal: AbortSignal },
): Promise<readonly Posted[]> => {
  const posted: Promise<Posted>[] = [];
  const startMs = performance.now();
  for (let index = 0; !ending.aborted; index += 1) {
    const dueMs = startMs + (index * 1000) / perSecond;
    await pause(Math.max(0, dueMs - performance.now()), undefined, { signal });
    const answer = caller
      .post('/transaction', caller.makeOrder(), dueMs)
      .then(({ status, atMs }) => ({ dueMs, answeredAtMs: atMs, status }));
    // Awaited at the end; until then a failure must not count as unhandled.
    answer.catch(() => undefined);
    posted.push(answer);
  }
  return Promise.all(posted);
};

const latenciesOf = (posted: readonly Posted[]): number[] =>
  posted.flatMap(({ status, dueMs, answeredAtMs }) =>
    status === 200 ? [answeredAtMs - dueMs] : [],
  );

const minuteMs = 60_000;

/** The orders that were due from `fromMs` on, minute by minute. */
export const minutesOf = (posted: readonly Posted[], fromMs: number, count: number): Minute[] =>
  Array.from({ length: Math.ceil(count) }, (_, index) => {
    const own = posted.filter(({ dueMs }) => Math.floor((dueMs - fromMs) / minuteMs) === index);
    const latencies = latenciesOf(own);
    const times = latencies.length === 0 ? null : percentilesOf(latencies);
    return {
      ...{ answered: latencies.length, refused: own.length - latencies.length },
      ...{ p50Ms: times?.p50Ms ?? null, p95Ms: times?.p95Ms ?? null },
    };
  });

/** Throws `RangeError` when no order was answered. */
export const answeredOf = (posted: readonly Posted[]): Percentiles =>
  percentilesOf(latenciesOf(posted));

/** Seconds from `fromMs` to the first answer of an order that came later; null without one. */
export const firstAnswerAfter = (posted: readonly Posted[], fromMs: number): number | null => {
  const answers = posted.flatMap(({ status, dueMs, answeredAtMs }) =>
    status === 200 && dueMs > fromMs ? [answeredAtMs] : [],
  );
  const seconds = (Math.min(...answers) - fromMs) / 1000;
  return answers.length === 0 ? null : Math.round(seconds * 10) / 10;
};
