import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../activities/create-activities.js';
import { createDataConverter } from '../runtime/data-converter.js';
import type { WorkerOptions } from './create-worker.js';
import type { GiveWay } from './give-way.js';
import { createChangingSlots } from './settle-slots.js';

/** Notes how late each settlement starts. */
const notingStarts = (
  { settleOrder }: Pick<Activities, 'settleOrder'>,
  { started }: GiveWay,
): Pick<Activities, 'settleOrder'> => ({
  settleOrder: (input) => {
    started(Date.now() - Context.current().info.currentAttemptScheduledTimestampMs);
    return settleOrder(input);
  },
});

/**
 * More than the workers can answer in a second, so that it never delays a settlement while OMS
 * answers. After an outage it keeps the backlog from overloading OMS.
 */
const settlementsPerSecond = 200;

/** A worker without workflows and local activities takes no slots of these kinds. */
const noTasks = { type: 'fixed-size', numSlots: 1 } as const;

/**
 * The worker that settles orders with OMS, apart from verdicts and everything else that must not
 * wait while OMS is unresponsive. It gives way while new orders are refused.
 */
export const createSettleWorker = (
  options: Pick<WorkerOptions, 'connection' | 'namespace' | 'taskQueue' | 'payloadKeys'> & {
    readonly activities: Pick<Activities, 'settleOrder'>;
    readonly giveWay: GiveWay;
  },
): Promise<Worker> =>
  Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    activities: notingStarts(options.activities, options.giveWay),
    dataConverter: createDataConverter(options.payloadKeys),
    maxTaskQueueActivitiesPerSecond: settlementsPerSecond,
    tuner: {
      activityTaskSlotSupplier: createChangingSlots(options.giveWay.slots),
      workflowTaskSlotSupplier: noTasks,
      localActivityTaskSlotSupplier: noTasks,
      nexusTaskSlotSupplier: noTasks,
    },
    activityTaskPollerBehavior: { type: 'autoscaling' },
    // Only calls that take longer than a second send any.
    maxHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: '5s',
  });
