import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { VersioningBehavior } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';
import type { Logger } from '../runtime/logger.js';
import { createDeployment, type WorkerVersion, versionIn } from '../temporal/deployment.js';
import { warnUnlessEnding } from './repeat.js';

/**
 * The options of a worker whose workflows follow the current version or are pinned to the one that
 * they began on. No workflow declares this by itself: Temporal refuses a declaration from a worker
 * without a version.
 */
export const versioningOf = (
  version: WorkerVersion | undefined,
  defaultVersioningBehavior: VersioningBehavior,
): Pick<WorkerOptions, 'workerDeploymentOptions'> =>
  version === undefined
    ? {}
    : {
        workerDeploymentOptions: {
          version,
          useWorkerVersioning: true,
          defaultVersioningBehavior,
        },
      };

const retryMs = 500;

/**
 * Waits until some version is current, and makes this worker's current if none ever was: with none,
 * no worker of the deployment would get an order. Repeats until `signal` aborts; never throws. Does
 * nothing for a worker without a version.
 */
export const untilOneIsCurrent = async (
  client: Client,
  config: Parameters<typeof versionIn>[0],
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> => {
  const version = versionIn(config);
  if (version === undefined) return;
  const { deploymentName, buildId } = version;
  const deployment = createDeployment(client, deploymentName, `worker ${buildId}`);
  const warn = warnUnlessEnding({ logger, signal }, 'the current version could not be read');
  const tryOnce = async (): Promise<boolean> => {
    try {
      return await deployment.makeFirst(buildId);
    } catch (error) {
      warn(error);
      return false;
    }
  };
  while (!signal.aborted && !(await tryOnce())) {
    await pause(retryMs, undefined, { signal }).catch(() => undefined);
  }
};
