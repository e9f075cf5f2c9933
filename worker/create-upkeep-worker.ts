import { type NativeConnection, Worker } from '@temporalio/worker';
import type { UpkeepActivities } from '../activities/upkeep/create-upkeep-activities.js';
import { createDataConverter } from '../runtime/data-converter.js';
import type { Keyring } from '../runtime/keyring.js';

/**
 * The worker that does what is due at times, few things at once, beside the orders: one run of each
 * schedule at most is under way.
 */
export const createUpkeepWorker = (options: {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly payloadKeys: Keyring;
  readonly activities: UpkeepActivities;
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
    maxConcurrentActivityTaskExecutions: 4,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    maxCachedWorkflows: 5,
    shutdownGraceTime: '5s',
  });
