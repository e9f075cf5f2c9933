import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Activities, AskAgainActivities } from '../activities/create-activities.js';
import { createDataConverter } from '../runtime/data-converter.js';
import type { Keyring } from '../runtime/keyring.js';
import type { WorkerVersion } from '../temporal/deployment.js';
import { versioningOf } from './versioning.js';

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly payloadKeys: Keyring;
  readonly activities: Activities;
  /** Path of a bundle made by `ensureWorkflowBundle`. */
  readonly bundlePath: string;
  /** Undefined when the workers have no build id. */
  readonly version: WorkerVersion | undefined;
}

/**
 * The worker that asks partners again after they failed to answer. Temporal dispatches at most
 * `perSecond` of its tasks over all processes, so that a long outage costs no more than a short
 * one.
 */
export const createAskAgainWorker = (
  options: Pick<WorkerOptions, 'connection' | 'namespace' | 'taskQueue' | 'payloadKeys'> & {
    readonly activities: AskAgainActivities;
    readonly perSecond: number;
  },
): Promise<Worker> =>
  Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    activities: options.activities,
    dataConverter: createDataConverter(options.payloadKeys),
    maxTaskQueueActivitiesPerSecond: options.perSecond,
    // An unresponsive partner may hold each of them for ten seconds.
    maxConcurrentActivityTaskExecutions: 10 * options.perSecond,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    shutdownGraceTime: '5s',
  });

/**
 * The worker that runs every order. A workflow task holds its slot while partners are asked, so
 * slots are sized for the peak rate times the budget: 200 slots of 1.5 s carry 130 orders a second.
 * It also runs `settleOrder` for orders that an earlier version scheduled on this queue.
 */
export const createWorker = (options: WorkerOptions): Promise<Worker> =>
  Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    activities: options.activities,
    workflowBundle: { codePath: options.bundlePath },
    // A review may outlive any version.
    ...versioningOf(options.version, 'AUTO_UPGRADE'),
    dataConverter: createDataConverter(options.payloadKeys),
    maxConcurrentWorkflowTaskExecutions: 200,
    maxConcurrentLocalActivityExecutions: 600,
    maxConcurrentActivityTaskExecutions: 100,
    workflowTaskPollerBehavior: { type: 'autoscaling' },
    activityTaskPollerBehavior: { type: 'autoscaling' },
    maxCachedWorkflows: 500,
    // A verdict for an order whose worker has died fails over after 2 s instead of 10.
    stickyQueueScheduleToStartTimeout: '2s',
    shutdownGraceTime: '5s',
  });
