import type { Logger } from '../runtime/logger.js';
import type { Alarm } from '../runtime/metrics.js';
import type { RecoverDeps } from '../temporal/recover-orders.js';
import { type SweepDeps, sweep } from '../temporal/sweep.js';
import { repeat } from './repeat.js';

/** A lost order waits at least 20 s, so sweeping every 10 s adds little. */
export const sweepEveryMs = 10_000;

/**
 * Sweeps until `signal` aborts. A failed sweep raises an alarm, and the next one tries again. Each
 * kind has its own loop: recovering many undecided orders takes long and must not delay
 * settlements.
 */
export const runSweeps = async (
  deps: RecoverDeps & {
    /** Recovers orders whose run was broken off; see `createBrokenOffSweep`. */
    readonly sweepBrokenOff: (deps: SweepDeps) => Promise<number>;
  },
  parts: { logger: Logger; alarm: Alarm; signal: AbortSignal },
): Promise<void> => {
  const { logger, alarm, signal } = parts;
  const onFault = (error: unknown): void => {
    alarm('sweep_failed');
    logger.warn({ err: error }, 'a sweep failed');
  };
  const source = { ...deps, signal };
  const runs = {
    undecided: () => sweep(source, 'undecided'),
    broken_off: () => deps.sweepBrokenOff(source),
    settling: () => sweep(source, 'settling'),
    reviews: () => sweep(source, 'reviews'),
  };
  const loops = Object.entries(runs).map(([kind, run]) => {
    const turn = async (): Promise<void> => {
      const recovered = await run();
      if (recovered > 0)
        logger.warn({ kind, taken: recovered }, 'orders without a working run were taken up');
    };
    return repeat(turn, { everyMs: sweepEveryMs, signal, onFault });
  });
  await Promise.all(loops);
};
