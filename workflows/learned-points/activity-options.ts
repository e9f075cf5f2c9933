import { proxyActivities } from '@temporalio/workflow';
import type { FitActivities } from '../../activities/learned-points/create-fit-activities.js';

/** While Postgres is unavailable, steps are retried for a quarter of an hour, as a backtest's. */
const retry = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '1m',
  maximumAttempts: 20,
} as const;

/**
 * Planning numbers the period's orders, at most a minute, and the timeout doubles that. Proposing
 * stores a few rows.
 */
export const { planPointsFit, proposePoints } = proxyActivities<FitActivities>({
  startToCloseTimeout: '2m',
  retry,
});

/**
 * A part takes seconds, and the fit of a million orders some ten. A dead worker misses its
 * heartbeat after 10 s, and the step starts over. Rules that can no longer be read are not retried.
 */
export const { countFitPart, fitPoints } = proxyActivities<FitActivities>({
  startToCloseTimeout: '30m',
  heartbeatTimeout: '10s',
  retry: { ...retry, nonRetryableErrorTypes: ['UnreadableRules'] },
});

/** Stores how the fit ended: Postgres only, retried while it is unavailable. */
export const { endPointsFit } = proxyActivities<FitActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});
