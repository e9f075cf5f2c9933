import { type NativeConnection, Worker } from '@temporalio/worker';
import type { AlertActivities } from '../activities/alerts/create-alert-activities.js';
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
}

/** What every worker beside that of the orders has in common: slots and pollers of its own. */
const commonOf = (options: SideWorkerOptions<object>) => ({
  connection: options.connection,
  namespace: options.namespace,
  taskQueue: options.taskQueue,
  activities: options.activities,
  dataConverter: createDataConverter(options.payloadKeys),
});

/**
 * Runs backtests, workflows and activities: few at a time. Two parts at once: one is evaluated
 * while the other waits for Postgres.
 */
export const createBacktestWorker = (
  options: SideWorkerOptions<BacktestActivities> & {
    /** Path of a bundle made by `ensureWorkflowBundle`. */
    readonly bundlePath: string;
  },
): Promise<Worker> =>
  Worker.create({
    ...commonOf(options),
    workflowBundle: { codePath: options.bundlePath },
    maxConcurrentWorkflowTaskExecutions: 2,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    maxCachedWorkflows: 5,
    maxConcurrentActivityTaskExecutions: 2,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    shutdownGraceTime: '1s',
  });

/**
 * Runs the activities of the schedules, whose workflows run on the orders' queue. One run of each
 * schedule at most is under way.
 */
export const createUpkeepWorker = (options: SideWorkerOptions<UpkeepActivities>): Promise<Worker> =>
  Worker.create({
    ...commonOf(options),
    maxConcurrentActivityTaskExecutions: 4,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    shutdownGraceTime: '5s',
  });

/**
 * Sends mails about alerts and reads Sparkfly's alerts: activities only, because a server that
 * hangs may hold each of their slots for a minute. Each mail that is being sent is one connection
 * to the mail server, so the slots bound those as well.
 */
export const createAlertWorker = (options: SideWorkerOptions<AlertActivities>): Promise<Worker> =>
  Worker.create({
    ...commonOf(options),
    maxConcurrentActivityTaskExecutions: 20,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    shutdownGraceTime: '5s',
  });
