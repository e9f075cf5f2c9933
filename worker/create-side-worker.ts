import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { BacktestActivities } from '../activities/backtest/create-backtest-activities.js';
import type { UpkeepActivities } from '../activities/upkeep/create-upkeep-activities.js';
import { createDataConverter } from '../runtime/data-converter.js';
import type { Keyring } from '../runtime/keyring.js';

interface SideWorkerOptions<Activities extends object> {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly payloadKeys: Keyring;
  readonly activities: Activities;
  /** Path of a bundle made by `ensureWorkflowBundle`. */
  readonly bundlePath: string;
}

/** The bounds that differ between side workers: concurrent activities, and time to finish them. */
type OwnBounds = Required<
  Pick<WorkerOptions, 'maxConcurrentActivityTaskExecutions' | 'shutdownGraceTime'>
>;

/** A worker apart from that of the orders, with few slots and pollers of its own. */
const createSideWorker = (options: SideWorkerOptions<object>, bounds: OwnBounds): Promise<Worker> =>
  Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    activities: options.activities,
    workflowBundle: { codePath: options.bundlePath },
    dataConverter: createDataConverter(options.payloadKeys),
    maxConcurrentWorkflowTaskExecutions: 2,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    maxCachedWorkflows: 5,
    ...bounds,
  });

/**
 * The worker of backtests. Two parts at once: one is evaluated while the other waits for Postgres.
 */
export const createBacktestWorker = (
  options: SideWorkerOptions<BacktestActivities>,
): Promise<Worker> =>
  createSideWorker(options, { maxConcurrentActivityTaskExecutions: 2, shutdownGraceTime: '1s' });

/** The worker of scheduled jobs: at most one run of each schedule is in progress. */
export const createUpkeepWorker = (options: SideWorkerOptions<UpkeepActivities>): Promise<Worker> =>
  createSideWorker(options, { maxConcurrentActivityTaskExecutions: 4, shutdownGraceTime: '5s' });
