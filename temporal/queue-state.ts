import { type Client, isGrpcServiceError } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';
import type { QueueState } from '../services/readiness.js';

const { WorkerVersioningMode } = proto.temporal.api.enums.v1;

/** gRPC's code `NOT_FOUND`. */
const notFound = 5;

/** Probes of the whole process have a timeout of this order. */
const patienceMs = 1000;

/** Empty for a worker without versions; such a worker may still report a build id. */
const buildIdOf = ({ deploymentOptions }: temporal.api.taskqueue.v1.IPollerInfo): string =>
  deploymentOptions?.workerVersioningMode === WorkerVersioningMode.WORKER_VERSIONING_MODE_VERSIONED
    ? (deploymentOptions.buildId ?? '')
    : '';

/**
 * Reads when a worker that gets new orders last polled their queue, within a second. Never throws.
 */
export const readQueueState = async (client: Client, taskQueue: string): Promise<QueueState> => {
  const { namespace } = client.options;
  try {
    const { pollers, versioningInfo } = await client.withDeadline(Date.now() + patienceMs, () =>
      client.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: 1,
      }),
    );
    // Workers of other versions poll as well, and get no new orders.
    const current = versioningInfo?.currentDeploymentVersion?.buildId ?? '';
    const polledMs = pollers
      .filter((poller) => buildIdOf(poller) === current)
      .map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000);
    const latestMs = Math.max(0, ...polledMs);
    return { kind: 'seen', polledAt: latestMs === 0 ? undefined : new Date(latestMs) };
  } catch (error) {
    return { kind: isGrpcServiceError(error) && error.code === notFound ? 'no_namespace' : 'away' };
  }
};
