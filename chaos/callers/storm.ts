import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.js';
import type { CallEntry, Recorder } from '../record.js';
import type { ChaosStack } from '../stack.js';

/** What every caller works with. */
export interface Storm {
  readonly seed: number;
  readonly stack: ChaosStack;
  readonly client: Client;
  readonly recorder: Recorder;
  /** The workflow id of each order that was placed. */
  readonly workflows: Map<string, string>;
  /** Aborts when no new work is to begin. */
  readonly calm: AbortSignal;
  /** Aborts when nobody may wait any longer. */
  readonly end: AbortSignal;
}

/** Sleeps; returns early when `signal` aborts. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  pause(ms, undefined, { signal }).then(
    () => undefined,
    () => undefined,
  );

const isFinal = ({ status }: CallEntry): boolean =>
  status !== null && status < 500 && status !== 429 && status !== 408;

/**
 * Sends the same request until it is answered, after `Retry-After` where there is one. Returns the
 * answer; undefined when the run ended first.
 */
export const untilAnswered = async (
  storm: Storm,
  send: () => Promise<CallEntry>,
): Promise<CallEntry | undefined> => {
  for (let tries = 0; !storm.end.aborted; tries += 1) {
    const answer = await send();
    if (isFinal(answer)) return answer;
    const pauseMs = 1000 * (answer.retryAfter ?? Math.min(3, 0.3 * 2 ** Math.min(tries, 4)));
    await sleep(pauseMs, storm.end);
  }
  return undefined;
};

/** A seed of its own for part `index` of a run. */
export const seedOf = (seed: number, index: number): number =>
  (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0;
