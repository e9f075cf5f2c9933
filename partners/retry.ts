import { setTimeout as sleep } from 'node:timers/promises';
import type { Deadline } from './call.js';
import { PartnerFault } from './fault.js';

const firstPauseMs = 50;

/** Doubles with each retry and varies by half, so that many callers do not come back at once. */
const pauseMsBefore = (retry: number): number =>
  firstPauseMs * 2 ** (retry - 1) * (0.5 + Math.random());

/** Nonsense is asked about once more; a mixed-up answer must be seen, not asked away. */
const retriesOf = (fault: PartnerFault, retriesMax: number): number => {
  if (fault.code === 'wrong_echo') return 0;
  return fault.code === 'invalid_response' ? Math.min(retriesMax, 1) : retriesMax;
};

/**
 * Asks again after a retryable fault, at most `retriesMax` times and only while the pause (the
 * partner's own `Retry-After`, if longer) ends inside the deadline. Throws the last fault. A
 * background check is not asked again here: whoever ordered it comes back later.
 */
export const withRetries = async <T>(
  deadline: Deadline,
  retriesMax: number,
  ask: () => Promise<T>,
): Promise<T> => {
  for (let retry = 1; ; retry += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof PartnerFault) || !error.retryable) throw error;
      const { signal, mode, holdOffMs, remainingMs } = deadline;
      const pauseMs = Math.max(pauseMsBefore(retry), error.retryAfterMs ?? 0, holdOffMs());
      const isOver = retry > retriesOf(error, retriesMax) || pauseMs >= remainingMs();
      if (isOver || mode === 'background') throw error;
      await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
};
