import { proxyActivities } from '@temporalio/workflow';
import type { BacktestActivities } from '../../activities/backtest/create-backtest-activities.js';

/**
 * Planning numbers the period's orders, finishing adds up the parts' sums: at most a minute each,
 * and the timeout doubles that. While Postgres is unavailable they are retried for a quarter of an
 * hour; a user can start the backtest again, so it need not wait for ever.
 */
export const { planBacktest, finishBacktest } = proxyActivities<BacktestActivities>({
  startToCloseTimeout: '2m',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '1m',
    maximumAttempts: 20,
  },
});

/**
 * A part takes seconds, or minutes where ten million orders are split into a thousand parts. A dead
 * worker misses its heartbeat after 10 s, and the part starts over. Rules that can no longer be
 * read are not retried.
 */
export const { evaluatePart } = proxyActivities<BacktestActivities>({
  startToCloseTimeout: '30m',
  heartbeatTimeout: '10s',
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '1m',
    maximumAttempts: 20,
    nonRetryableErrorTypes: ['UnreadableRules'],
  },
});

/** Stores how the backtest ended: Postgres only, retried while it is unavailable. */
export const { endBacktest } = proxyActivities<BacktestActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});
