import { type NativeConnection, Worker } from '@temporalio/worker';
import type { BacktestActivities } from '../activities/backtest/create-backtest-activities.js';
import { createDataConverter } from '../runtime/data-converter.js';
import type { Keyring } from '../runtime/keyring.js';

/**
 * The worker that runs backtests: few at a time, beside the orders, with slots and pollers of its
 * own. Two parts at once: one is evaluated while the other waits for Postgres.
 */
export const createBacktestWorker = (options: {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly payloadKeys: Keyring;
  readonly activities: BacktestActivities;
  /** Path of a bundle made by `ensureWorkflowBundle`. */
  readonly bundlePath: string;
}): Promise<Worker> =>
  Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    activities: options.activities,
    workflowBundle: { codePath: options.bundlePath },
    dataConverter: createDataConverter(options.payloadKeys),
    maxConcurrentWorkflowTaskExecutions: 2,
    maxConcurrentActivityTaskExecutions: 2,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    maxCachedWorkflows: 5,
    shutdownGraceTime: '1s',
  });
