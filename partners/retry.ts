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
 * partner's own `Retry-After`, if longer) ends inside the deadline. Throws the last fault.
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
      const pauseMs = Math.max(pauseMsBefore(retry), error.retryAfterMs ?? 0);
      const isOver = retry > retriesOf(error, retriesMax) || pauseMs >= deadline.remainingMs();
      if (isOver) throw error;
      const { signal } = deadline;
      await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
};
