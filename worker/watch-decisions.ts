import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import { type Alarm, createDecisionGauges, type Metrics } from '../runtime/metrics.js';
import { countStuck } from '../services/stuck-orders.js';
import { decisionAge } from '../services/transactions/settlement.js';
import { createReminder } from './reminder.js';
import { repeat } from './repeat.js';

const lookEveryMs = 10_000;

/** By then the sweep has looked at the order twice. */
export const decisionLateAfterMs = 60_000;

interface DecisionWatchDeps {
  readonly db: Queryable;
  readonly now: () => Date;
}

/**
 * One look at the orders without a decision: sets the gauges and raises `decision_late`. Its looks
 * share what was alarmed before. Throws what the database throws; gauges then keep their values.
 */
export const createDecisionLook = (
  { db, now }: DecisionWatchDeps,
  { metrics, alarm }: { readonly metrics: Metrics; readonly alarm: Alarm },
): (() => Promise<void>) => {
  const isDue = createReminder(decisionLateAfterMs);
  let gauges: ReturnType<typeof createDecisionGauges> | undefined;
  return async () => {
    const at = now();
    const { waiting, oldestSeconds } = await decisionAge({ db, now: at });
    const stuck = await countStuck({ db });
    // Before the first look nothing is known, and a gauge would say 0.
    gauges ??= createDecisionGauges(metrics.registry);
    gauges.waiting.set(waiting);
    gauges.oldestSeconds.set(oldestSeconds);
    gauges.stuck.set(stuck);
    if (isDue(oldestSeconds * 1000, at.getTime())) {
      alarm('decision_late', { waiting, oldestSeconds: Math.round(oldestSeconds) });
    }
  };
};

/** Looks every ten seconds until `signal` aborts; a look that failed is made again. */
export const watchDecisions = (
  deps: DecisionWatchDeps,
  parts: {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly alarm: Alarm;
    readonly signal: AbortSignal;
  },
): Promise<void> => {
  const { logger, signal } = parts;
  return repeat(createDecisionLook(deps, parts), {
    everyMs: lookEveryMs,
    signal,
    onFault: (error) => logger.warn({ err: error }, 'the undecided orders could not be looked at'),
  });
};
