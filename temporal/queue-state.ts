import { type Client, isGrpcServiceError } from '@temporalio/client';
import type { QueueState } from '../services/readiness.js';

/** gRPC's code `NOT_FOUND`. */
const notFound = 5;

/** Probes of the whole process have a timeout of this order. */
const patienceMs = 1000;

/** Reads when a worker last polled the orders' queue, within a second. Never throws. */
export const readQueueState = async (client: Client, taskQueue: string): Promise<QueueState> => {
  const { namespace } = client.options;
  try {
    const { pollers } = await client.withDeadline(Date.now() + patienceMs, () =>
      client.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: 1,
      }),
    );
    const polledMs = pollers.map(
      ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000,
    );
    const latestMs = Math.max(0, ...polledMs);
    return { kind: 'seen', polledAt: latestMs === 0 ? undefined : new Date(latestMs) };
  } catch (error) {
    return { kind: isGrpcServiceError(error) && error.code === notFound ? 'no_namespace' : 'away' };
  }
};
