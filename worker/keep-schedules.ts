import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../runtime/logger.js';
import type { Schedules } from '../temporal/schedules.js';
import { repeat, warnUnlessEnding } from './repeat.js';

const pauses = {
  /** The pause between attempts while Temporal is down at the start. */
  retryMs: 5000,
  /** How soon a schedule that was deleted, or lost with Temporal's data, is created again. */
  checkEveryMs: 60_000,
};

interface Parts {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Keeps the schedules in place until `signal` aborts. Updates them to this release only at the
 * start: otherwise workers of two releases would undo each other's changes for as long as both run.
 */
export const keepSchedules = async (
  schedules: Pick<Schedules, 'bringUpToDate' | 'createMissing'>,
  parts: Parts,
  { retryMs, checkEveryMs } = pauses,
): Promise<void> => {
  const { signal } = parts;
  const onFault = warnUnlessEnding(parts, 'the schedules could not be brought up to date');
  for (let isUpToDate = false; !isUpToDate && !signal.aborted; ) {
    try {
      await schedules.bringUpToDate(signal);
      isUpToDate = true;
    } catch (error) {
      onFault(error);
      await pause(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
  await pause(checkEveryMs, undefined, { signal }).catch(() => undefined);
  await repeat(() => schedules.createMissing(signal), { everyMs: checkEveryMs, signal, onFault });
};
