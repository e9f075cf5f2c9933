import { safeError, type Logger } from '../runtime/logger.js';
import type { Alarm } from '../runtime/metrics.js';
import { type SweepDeps, sweepStranded, sweepUndecided } from '../screening/sweep.js';
import { repeat } from './repeat.js';

/** An order left behind waits 30 s at least, so looking every 10 s adds little to that. */
const sweepEveryMs = 10_000;

/** Each of them is one call to Temporal, for orders of which nearly all are well. */
const strandedEveryMs = 5 * 60_000;

/** Sweeps until `signal` aborts; a failed sweep is alarmed and the next one tries again. */
export const runSweeps = (
  deps: SweepDeps,
  parts: { logger: Logger; alarm: Alarm; signal: AbortSignal },
): Promise<void> => {
  const { logger, alarm, signal } = parts;
  let strandedAtMs = Number.NEGATIVE_INFINITY;
  const sweep = async (): Promise<void> => {
    const started = await sweepUndecided(deps);
    if (started > 0) logger.warn({ started }, 'orders without a decision were taken up');
    if (performance.now() - strandedAtMs >= strandedEveryMs) {
      await sweepStranded(deps);
      strandedAtMs = performance.now();
    }
  };
  return repeat(sweep, {
    everyMs: sweepEveryMs,
    signal,
    onFault: (error) => {
      alarm('sweep_failed');
      logger.warn({ err: safeError(error) }, 'the sweep failed');
    },
  });
};
