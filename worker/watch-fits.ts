import type { Queryable } from '../db/pool.js';
import {
  type Alarm,
  createFitAgeGauge,
  createFitGauges,
  type Metrics,
} from '../runtime/metrics.js';
import { fitState } from '../services/learned-points/state.js';
import { createReminder } from './reminder.js';

/**
 * A part takes seconds, the fit of a million orders some ten, and a failing step is retried for a
 * quarter of an hour before the fit fails.
 */
const stuckAfterMs = 30 * 60_000;

interface FitWatchDeps {
  readonly db: Queryable;
  readonly now: () => Date;
}

/**
 * Checks the fits of points: sets the gauges and raises `points_fit_stuck`. Its calls remember the
 * last alarm. Throws what the database throws; gauges then keep their values.
 */
export const createFitCheck = (
  { db, now }: FitWatchDeps,
  { metrics, alarm }: { readonly metrics: Metrics; readonly alarm: Alarm },
): (() => Promise<void>) => {
  const isDue = createReminder(stuckAfterMs);
  let gauges: ReturnType<typeof createFitGauges> | undefined;
  let age: ReturnType<typeof createFitAgeGauge> | undefined;
  return async () => {
    const at = now();
    const { running, standingSeconds, doneSecondsAgo } = await fitState({ db, now: at });
    // Register only now: before the first check a gauge would say 0.
    gauges ??= createFitGauges(metrics.registry);
    gauges.running.set(running);
    gauges.standingSeconds.set(standingSeconds);
    if (doneSecondsAgo !== undefined) {
      age ??= createFitAgeGauge(metrics.registry);
      age.set(doneSecondsAgo);
    }
    if (isDue(standingSeconds * 1000, at.getTime())) {
      alarm('points_fit_stuck', { running, standingSeconds: Math.round(standingSeconds) });
    }
  };
};
