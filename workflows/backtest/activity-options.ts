import { proxyActivities } from '@temporalio/workflow';
import type { BacktestActivities } from '../../activities/backtest/create-backtest-activities.js';

/**
 * Planning numbers the orders of the period, adding up reads each part's sums: a minute for the
 * largest ones, and as much again. With Postgres away they are tried for a quarter of an hour; a
 * person can ask for the backtest again, so it need not wait for ever.
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
 * A part takes seconds, minutes where ten million orders are divided into a thousand parts. A
 * worker that has died is noticed by its silence after 10 s, and the part is begun anew. Rules
 * that can no longer be read are not tried again.
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

/** Writing down how it ended: Postgres only, for as long as it is away. */
export const { endBacktest } = proxyActivities<BacktestActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});
