import { type NativeConnection, Worker } from '@temporalio/worker';
import type { AlertActivities } from '../activities/alerts/create-alert-activities.js';
import type { UpkeepActivities } from '../activities/upkeep/create-upkeep-activities.js';
import { createDataConverter } from '../runtime/data-converter.js';
import type { Keyring } from '../runtime/keyring.js';
import type { WorkerVersion } from '../temporal/deployment.js';
import type { ThreadActivities } from './thread-activities.js';
import { versioningOf } from './versioning.js';

interface SideWorkerOptions<Activities extends object> {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly payloadKeys: Keyring;
  readonly activities: Activities;
}

/** What all workers apart from that of the orders have in common. */
const commonOf = (options: SideWorkerOptions<object>) => ({
  connection: options.connection,
  namespace: options.namespace,
  taskQueue: options.taskQueue,
  activities: options.activities,
  dataConverter: createDataConverter(options.payloadKeys),
});

/**
 * The worker of backtests and of learning points, workflows and activities. Two parts at once: one
 * is evaluated while the other waits for Postgres.
 */
export const createBacktestWorker = (
  options: SideWorkerOptions<ThreadActivities> & {
    /** Path of a bundle made by `ensureWorkflowBundle`. */
    readonly bundlePath: string;
    /** Undefined when the workers have no build id. */
    readonly version: WorkerVersion | undefined;
  },
): Promise<Worker> =>
  Worker.create({
    ...commonOf(options),
    workflowBundle: { codePath: options.bundlePath },
    // A backtest ends within minutes, and its parts add up only if one version evaluated them all.
    ...versioningOf(options.version, 'PINNED'),
    maxConcurrentWorkflowTaskExecutions: 2,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    maxCachedWorkflows: 5,
    maxConcurrentActivityTaskExecutions: 2,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    shutdownGraceTime: '1s',
  });

/**
 * The worker of scheduled jobs: activities only, whose workflows run on the orders' queue. At most
 * one run of each schedule is in progress.
 */
export const createUpkeepWorker = (options: SideWorkerOptions<UpkeepActivities>): Promise<Worker> =>
  Worker.create({
    ...commonOf(options),
    maxConcurrentActivityTaskExecutions: 4,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    shutdownGraceTime: '5s',
  });

/**
 * The worker that mails people about alerts and reads Sparkfly's alerts. It runs activities only,
 * with slots of their own, because an unresponsive server may hold a slot for a minute. Each mail
 * in progress is one connection to the mail server, so the slots bound those as well.
 */
export const createAlertWorker = (options: SideWorkerOptions<AlertActivities>): Promise<Worker> =>
  Worker.create({
    ...commonOf(options),
    maxConcurrentActivityTaskExecutions: 20,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    shutdownGraceTime: '5s',
  });
