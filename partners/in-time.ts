import { setTimeout as pause } from 'node:timers/promises';

/**
 * The result of `work` within `limitMs`; undefined when it fails or takes longer. For our own steps
 * before a partner call, which must not use up the partner's time.
 */
export const inTime = async <T>(limitMs: number, work: Promise<T>): Promise<T | undefined> => {
  const limit = new AbortController();
  const tooLate = pause(limitMs, undefined, { signal: limit.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, tooLate]);
  } catch {
    return undefined;
  } finally {
    limit.abort();
  }
};
