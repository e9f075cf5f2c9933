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

/** What differs from one to another: how many steps at once, and how long they may take to end. */
type OwnBounds = Required<
  Pick<WorkerOptions, 'maxConcurrentActivityTaskExecutions' | 'shutdownGraceTime'>
>;

/** A worker beside that of the orders, with slots and pollers of its own: few things at a time. */
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

/** Runs backtests. Two parts at once: one is evaluated while the other waits for Postgres. */
export const createBacktestWorker = (
  options: SideWorkerOptions<BacktestActivities>,
): Promise<Worker> =>
  createSideWorker(options, { maxConcurrentActivityTaskExecutions: 2, shutdownGraceTime: '1s' });

/** Does what is due at times: one run of each schedule at most is under way. */
export const createUpkeepWorker = (options: SideWorkerOptions<UpkeepActivities>): Promise<Worker> =>
  createSideWorker(options, { maxConcurrentActivityTaskExecutions: 4, shutdownGraceTime: '5s' });
