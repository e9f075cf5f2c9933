import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import { type Alarm, createSettlementGauges, type Metrics } from '../runtime/metrics.js';
import { feedLateSettlements } from '../services/alerts/order-feed.js';
import { settlementAge } from '../services/transactions/settlement.js';
import { createReminder } from './reminder.js';
import { repeat } from './repeat.js';

/** Fine enough for an age that is alarmed after minutes. */
const lookEveryMs = 10_000;

export interface SettlementWatchDeps {
  readonly db: Queryable;
  /** An order that has waited for OMS for longer than this is late. */
  readonly lateAfterMs: number;
  readonly now: () => Date;
}

/**
 * One look at the orders that wait for OMS: sets the gauges, raises `settlement_late` and notes
 * late orders for alert rules. Its looks share what was alarmed and noted before. Throws what the
 * database throws; gauges that could not be read then keep their values.
 */
export const createSettlementLook = (
  { db, lateAfterMs, now }: SettlementWatchDeps,
  { metrics, alarm }: { readonly metrics: Metrics; readonly alarm: Alarm },
): (() => Promise<void>) => {
  const isDue = createReminder(lateAfterMs);
  // A process that has just started knows nothing of what others have noted.
  let since = new Date(0);
  let gauges: ReturnType<typeof createSettlementGauges> | undefined;
  return async () => {
    const at = now();
    const { waiting, oldestSeconds } = await settlementAge({ db, now: at });
    // Before the first look nothing is known, and a gauge would say 0.
    gauges ??= createSettlementGauges(metrics.registry);
    gauges.waiting.set(waiting);
    gauges.oldestSeconds.set(oldestSeconds);
    if (isDue(oldestSeconds * 1000, at.getTime())) {
      alarm('settlement_late', { waiting, oldestSeconds: Math.round(oldestSeconds) });
    }
    since = await feedLateSettlements({ db, now: at }, { lateAfterMs, since });
  };
};

/** Looks every `everyMs` until `signal` aborts; a look that failed is made again. */
export const watchSettlements = (
  deps: SettlementWatchDeps,
  parts: {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly alarm: Alarm;
    readonly signal: AbortSignal;
  },
  everyMs = lookEveryMs,
): Promise<void> => {
  const { logger, signal } = parts;
  return repeat(createSettlementLook(deps, parts), {
    everyMs,
    signal,
    onFault: (error) =>
      logger.warn({ err: error }, 'the waiting settlements could not be looked at'),
  });
};
