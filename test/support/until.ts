import { setTimeout as pause } from 'node:timers/promises';

/**
 * Polls `look` every 25 ms until it returns a value; fails with the last error or value after
 * `timeoutMs`.
 */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> => {
  const endMs = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > endMs) {
      throw new Error(`${what}: not within ${timeoutMs} ms`, { cause: last });
    }
    await pause(25);
  }
};
