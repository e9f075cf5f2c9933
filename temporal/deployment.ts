import { setTimeout as pause } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';
import type { Config } from '../runtime/config.js';

type DeploymentInfo = temporal.api.deployment.v1.IWorkerDeploymentInfo;

const { WorkerDeploymentVersionStatus } = proto.temporal.api.enums.v1;

/** A version of a worker deployment in Temporal's sense. */
export interface WorkerVersion {
  readonly deploymentName: string;
  readonly buildId: string;
}

/**
 * The version of the workers with this configuration; undefined when they have no build id. Each
 * installation is a deployment, which has the name of its task queue.
 */
export const versionIn = ({
  TEMPORAL_TASK_QUEUE,
  WORKER_BUILD_ID,
}: Pick<Config, 'TEMPORAL_TASK_QUEUE' | 'WORKER_BUILD_ID'>): WorkerVersion | undefined =>
  WORKER_BUILD_ID === undefined
    ? undefined
    : { deploymentName: TEMPORAL_TASK_QUEUE, buildId: WORKER_BUILD_ID };

/** Where Temporal sends the tasks of an installation's workflows. */
export interface Routing {
  /** Undefined when workers without a build id get the tasks. */
  readonly current: string | undefined;
  readonly ramping: { readonly buildId: string; readonly percentage: number } | undefined;
  readonly versions: readonly {
    readonly buildId: string;
    /** Temporal's word for it, such as `current`, `draining` or `drained`. */
    readonly status: string;
  }[];
}

/** What an operator does with the versions of an installation's workers. */
export interface Deployment {
  /** Undefined while no worker with a build id has ever polled. Throws errors of gRPC. */
  readonly describe: () => Promise<Routing | undefined>;
  /**
   * Sends all tasks to a version, or to workers without a build id, and ends a ramp. Throws errors
   * of gRPC, also when no worker of the version polls all queues.
   */
  readonly makeCurrent: (buildId: string | undefined) => Promise<void>;
  /** Sends a share of the orders to a version, in percent. Throws as `makeCurrent` does. */
  readonly ramp: (buildId: string, percentage: number) => Promise<void>;
  /** Makes a version current if none ever was; true once one was. Throws errors of gRPC. */
  readonly makeFirst: (buildId: string) => Promise<boolean>;
}

/** Codes of gRPC. */
const codes = { notFound: 5, failedPrecondition: 9 };

const hasCode = (error: unknown, code: number): boolean =>
  isGrpcServiceError(error) && error.code === code;

const callMs = 10_000;

/** A version is known some tenths of a second after its workers have begun to poll. */
const registersWithinMs = 5000;
const retryMs = 250;

/** True for a version that does not poll all queues yet, or not at all. */
const isNotThere = (error: unknown): boolean =>
  hasCode(error, codes.failedPrecondition) || hasCode(error, codes.notFound);

/** Repeats a call while its version is not there. */
const untilThere = async (call: () => Promise<unknown>): Promise<void> => {
  const endMs = Date.now() + registersWithinMs;
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      if (!isNotThere(error) || Date.now() > endMs) throw error;
      await pause(retryMs);
    }
  }
};

const statusOf = (status: number | null | undefined): string =>
  (WorkerDeploymentVersionStatus[status ?? 0] ?? 'unknown')
    .replace('WORKER_DEPLOYMENT_VERSION_STATUS_', '')
    .toLowerCase();

const routingOf = ({ routingConfig: routing, versionSummaries }: DeploymentInfo): Routing => {
  const ramping = routing?.rampingDeploymentVersion?.buildId;
  return {
    current: routing?.currentDeploymentVersion?.buildId ?? undefined,
    ramping: ramping
      ? { buildId: ramping, percentage: routing?.rampingVersionPercentage ?? 0 }
      : undefined,
    versions: (versionSummaries ?? []).map(({ deploymentVersion, status }) => ({
      buildId: deploymentVersion?.buildId ?? '',
      status: statusOf(status),
    })),
  };
};

/** The deployment of the workers of a task queue. */
export const createDeployment = (
  client: Client,
  taskQueue: string,
  identity: string,
): Deployment => {
  const names = { namespace: client.options.namespace, deploymentName: taskQueue };
  const service = client.workflowService;
  const within = <T>(call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + callMs, call);

  const read = async () => {
    try {
      return await within(() => service.describeWorkerDeployment(names));
    } catch (error) {
      if (hasCode(error, codes.notFound)) return undefined;
      throw error;
    }
  };
  const describe = async (): Promise<Routing | undefined> => {
    const info = (await read())?.workerDeploymentInfo;
    return info ? routingOf(info) : undefined;
  };
  const setRamp = (buildId: string, percentage: number) =>
    within(() =>
      service.setWorkerDeploymentRampingVersion({ ...names, buildId, percentage, identity }),
    );
  return {
    describe,
    makeCurrent: async (buildId) => {
      const before = await describe();
      if (before?.ramping !== undefined && before.ramping.buildId !== buildId) await setRamp('', 0);
      const request = { ...names, buildId: buildId ?? '', identity };
      await untilThere(() => within(() => service.setWorkerDeploymentCurrentVersion(request)));
    },
    ramp: (buildId, percentage) => untilThere(() => setRamp(buildId, percentage)),
    makeFirst: async (buildId) => {
      const found = await read();
      if (found?.workerDeploymentInfo?.routingConfig?.currentVersionChangedTime) return true;
      if (!found) return false;
      // The token refuses the call if another worker's version became the first meanwhile.
      const { conflictToken } = found;
      try {
        await within(() =>
          service.setWorkerDeploymentCurrentVersion({ ...names, buildId, identity, conflictToken }),
        );
        return true;
      } catch (error) {
        if (isNotThere(error)) return false;
        throw error;
      }
    },
  };
};
