import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Lets calls through one after the other, evenly: `perSecond` a second and never two at once, so
 * that no second has more, whoever calls. Throws the reason of `signal` when it aborts.
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
    // Timers may fire a moment early.
    await pause(Math.ceil(atMs - nowMs) + 1, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  };
};
