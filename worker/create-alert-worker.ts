import { type NativeConnection, Worker } from '@temporalio/worker';
import type { AlertActivities } from '../activities/alerts/create-alert-activities.js';
import { createDataConverter } from '../runtime/data-converter.js';
import type { Keyring } from '../runtime/keyring.js';

/**
 * The worker that mails people about alerts and reads Sparkfly's alerts. It runs activities only,
 * with slots of their own, because an unresponsive server may hold a slot for a minute. Each mail
 * in progress is one connection to the mail server, so the slots bound those as well.
 */
export const createAlertWorker = (options: {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly payloadKeys: Keyring;
  readonly activities: AlertActivities;
}): Promise<Worker> =>
  Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    activities: options.activities,
    dataConverter: createDataConverter(options.payloadKeys),
    maxConcurrentActivityTaskExecutions: 20,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    shutdownGraceTime: '5s',
  });
