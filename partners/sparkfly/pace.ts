import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Spaces calls evenly: `perSecond` a second, across all callers, and never two at once. Throws the
 * reason of `signal` when it aborts.
 */
export const createPace = (perSecond: number): ((signal: AbortSignal) => Promise<void>) => {
  const everyMs = 1000 / perSecond;
  let nextMs = 0;
  return async (signal) => {
    signal.throwIfAborted();
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, nextMs);
    nextMs = atMs + everyMs;
    if (atMs <= nowMs) return;
    // Timers may fire slightly early.
    await pause(Math.ceil(atMs - nowMs) + 1, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  };
};
