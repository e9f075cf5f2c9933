import type { Queryable } from '../db/pool.js';
import { type Alarm, createDecisionGauges, type Metrics } from '../runtime/metrics.js';
import { countStuck } from '../services/stuck-orders.js';
import { decisionAge } from '../services/transactions/settlement.js';
import { createReminder } from './reminder.js';

/** By then the sweep has checked the order twice. */
export const decisionLateAfterMs = 60_000;

interface DecisionWatchDeps {
  readonly db: Queryable;
  readonly now: () => Date;
}

/**
 * Checks the orders without a decision: sets the gauges and raises `decision_late`. Its calls
 * remember the last alarm. Throws what the database throws; gauges then keep their values.
 */
export const createDecisionCheck = (
  { db, now }: DecisionWatchDeps,
  { metrics, alarm }: { readonly metrics: Metrics; readonly alarm: Alarm },
): (() => Promise<void>) => {
  const isDue = createReminder(decisionLateAfterMs);
  let gauges: ReturnType<typeof createDecisionGauges> | undefined;
  return async () => {
    const at = now();
    const { waiting, oldestSeconds } = await decisionAge({ db, now: at });
    const stuck = await countStuck({ db });
    // Register only now: before the first check a gauge would say 0.
    gauges ??= createDecisionGauges(metrics.registry);
    gauges.waiting.set(waiting);
    gauges.oldestSeconds.set(oldestSeconds);
    gauges.stuck.set(stuck);
    if (isDue(oldestSeconds * 1000, at.getTime())) {
      alarm('decision_late', { waiting, oldestSeconds: Math.round(oldestSeconds) });
    }
  };
};
