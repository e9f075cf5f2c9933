import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import { type Alarm, createSettlementGauges, type Metrics } from '../runtime/metrics.js';
import { feedLateSettlements } from '../services/alerts/order-feed.js';
import { settlementAge } from '../services/transactions/settlement.js';
import { createReminder } from './reminder.js';
import { repeat } from './repeat.js';

/** Fine enough for an alarm on an age of minutes. */
const checkEveryMs = 10_000;

export interface SettlementWatchDeps {
  readonly db: Queryable;
  /** An order that has waited for OMS for longer than this is late. */
  readonly lateAfterMs: number;
  readonly now: () => Date;
}

/**
 * Checks the orders that wait for OMS: sets the gauges, raises `settlement_late` and records late
 * orders for alert rules. Its calls remember the last alarm and record. Throws what the database
 * throws; gauges that could not be read keep their values.
 */
export const createSettlementCheck = (
  { db, lateAfterMs, now }: SettlementWatchDeps,
  { metrics, alarm }: { readonly metrics: Metrics; readonly alarm: Alarm },
): (() => Promise<void>) => {
  const isDue = createReminder(lateAfterMs);
  // A new process does not know what others have recorded.
  let since = new Date(0);
  let gauges: ReturnType<typeof createSettlementGauges> | undefined;
  return async () => {
    const at = now();
    const { waiting, oldestSeconds } = await settlementAge({ db, now: at });
    // Register only now: before the first check a gauge would say 0.
    gauges ??= createSettlementGauges(metrics.registry);
    gauges.waiting.set(waiting);
    gauges.oldestSeconds.set(oldestSeconds);
    if (isDue(oldestSeconds * 1000, at.getTime())) {
      alarm('settlement_late', { waiting, oldestSeconds: Math.round(oldestSeconds) });
    }
    if (oldestSeconds * 1000 < lateAfterMs) return;
    since = await feedLateSettlements({ db, now: at }, { lateAfterMs, since });
  };
};

/** Checks every `everyMs` until `signal` aborts, also after a failed check. */
export const watchSettlements = (
  deps: SettlementWatchDeps,
  parts: {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly alarm: Alarm;
    readonly signal: AbortSignal;
  },
  everyMs = checkEveryMs,
): Promise<void> => {
  const { logger, signal } = parts;
  return repeat(createSettlementCheck(deps, parts), {
    everyMs,
    signal,
    onFault: (error) =>
      logger.warn({ err: error }, 'the waiting settlements could not be looked at'),
  });
};
