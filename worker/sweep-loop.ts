import type { Logger } from '../runtime/logger.js';
import type { Alarm } from '../runtime/metrics.js';
import type { RecoverDeps } from '../screening/recover.js';
import { sweep } from '../screening/sweep.js';
import { repeat } from './repeat.js';

/** An order left behind waits 20 s at least, so looking every 10 s adds little to that. */
export const sweepEveryMs = 10_000;

/** Sweeps until `signal` aborts; a failed sweep is alarmed and the next one tries again. */
export const runSweeps = (
  deps: RecoverDeps & {
    /** Takes up orders whose run was broken off; see `createBrokenOffSweep`. */
    readonly sweepBrokenOff: (deps: RecoverDeps) => Promise<number>;
  },
  parts: { logger: Logger; alarm: Alarm; signal: AbortSignal },
): Promise<void> => {
  const { logger, alarm, signal } = parts;
  const failed = (error: unknown): void => {
    alarm('sweep_failed');
    logger.warn({ err: error }, 'a sweep failed');
  };
  const runs = {
    undecided: () => sweep(deps, 'undecided'),
    broken_off: () => deps.sweepBrokenOff(deps),
    settling: () => sweep(deps, 'settling'),
    reviews: () => sweep(deps, 'reviews'),
  };
  const sweepAll = async (): Promise<void> => {
    for (const [kind, run] of Object.entries(runs)) {
      if (signal.aborted) return;
      try {
        const taken = await run();
        if (taken > 0) logger.warn({ kind, taken }, 'orders without a working run were taken up');
      } catch (error) {
        failed(error);
      }
    }
  };
  return repeat(sweepAll, { everyMs: sweepEveryMs, signal, onFault: failed });
};
