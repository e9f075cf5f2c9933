import { setTimeout as pause } from 'node:timers/promises';

/** Beyond anything that a busy machine makes a story wait for; a test ends later still. */
const patienceMs = 200_000;

/**
 * Polls `look` every 25 ms until it returns a value; fails with the last error or value after
 * `timeoutMs`. Only a test whose claim is a time gives one.
 */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  timeoutMs = patienceMs,
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
