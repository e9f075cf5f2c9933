import { setTimeout as sleep } from 'node:timers/promises';
import type { Deadline } from './call.js';
import { PartnerFault } from './fault.js';

const firstPauseMs = 50;

/** Doubles with each retry, with 50 % jitter, so that callers do not return at the same time. */
const pauseMsBefore = (retry: number): number =>
  firstPauseMs * 2 ** (retry - 1) * (0.5 + Math.random());

/** An invalid answer gets one retry. A mixed-up answer gets none, so that it is noticed. */
const retriesOf = (fault: PartnerFault, retriesMax: number): number => {
  if (fault.code === 'wrong_echo') return 0;
  return fault.code === 'invalid_response' ? Math.min(retriesMax, 1) : retriesMax;
};

/**
 * Retries after a retryable fault, at most `retriesMax` times and only while the pause (the
 * partner's `Retry-After`, if longer) ends within the deadline. Throws the last fault. A background
 * check never retries here: its caller schedules the next attempt.
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
