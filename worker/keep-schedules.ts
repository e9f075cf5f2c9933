import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../runtime/logger.js';
import type { Schedules } from '../temporal/schedules.js';
import { repeat, warnUnlessEnding } from './repeat.js';

const pauses = {
  /** With Temporal away at the start. */
  againMs: 5000,
  /** A schedule that was deleted, or went with Temporal's data, is there again after this. */
  lookEveryMs: 60_000,
};

interface Parts {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Sees to it that what is to be done at times has its schedules, until `signal` aborts. Only at the
 * start are they made as this release has them: workers of two releases would else undo each
 * other's changes for as long as both run.
 */
export const keepSchedules = async (
  schedules: Pick<Schedules, 'bringUpToDate' | 'createMissing'>,
  parts: Parts,
  { againMs, lookEveryMs } = pauses,
): Promise<void> => {
  const { signal } = parts;
  const onFault = warnUnlessEnding(parts, 'the schedules could not be brought up to date');
  for (let isUpToDate = false; !isUpToDate && !signal.aborted; ) {
    try {
      await schedules.bringUpToDate(signal);
      isUpToDate = true;
    } catch (error) {
      onFault(error);
      await pause(againMs, undefined, { signal }).catch(() => undefined);
    }
  }
  await pause(lookEveryMs, undefined, { signal }).catch(() => undefined);
  await repeat(() => schedules.createMissing(signal), { everyMs: lookEveryMs, signal, onFault });
};
