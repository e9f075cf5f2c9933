import type { Logger } from '../runtime/logger.js';
import type { Alarm } from '../runtime/metrics.js';
import type { RecoverDeps } from '../temporal/recover-orders.js';
import { type SweepDeps, sweep } from '../temporal/sweep.js';
import { repeat } from './repeat.js';

/** An order left behind waits 20 s at least, so looking every 10 s adds little to that. */
export const sweepEveryMs = 10_000;

/**
 * Sweeps until `signal` aborts; a failed sweep is alarmed and the next one tries again. Each kind
 * goes its own way: taking up many undecided orders takes long, and keeps back no settlement.
 */
export const runSweeps = async (
  deps: RecoverDeps & {
    /** Takes up orders whose run was broken off; see `createBrokenOffSweep`. */
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
      const taken = await run();
      if (taken > 0) logger.warn({ kind, taken }, 'orders without a working run were taken up');
    };
    return repeat(turn, { everyMs: sweepEveryMs, signal, onFault });
  });
  await Promise.all(loops);
};
