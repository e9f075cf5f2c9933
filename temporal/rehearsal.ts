import { randomUUID } from 'node:crypto';
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import type { WorkerVersion } from './deployment.js';
import { untilSteady } from '../runtime/until-steady.js';
import {
  type RehearsalInput,
  rehearsalWorkflowIdOf,
  type Rehearsed,
  rehearsedUpdate,
  rehearseType,
} from '../workflows/rehearsal/messages.js';

/**
 * Many times the usual duration of a round. A process whose rehearsal fails serves all the same.
 */
const roundMs = 5000;

/**
 * Starts one run of `rehearse` as the API starts an order's workflow, and waits for its answer.
 * With a version it reaches a worker of that version, which need not be current.
 * Throws `TemporarilyUnavailable`, after `timeoutMs` at the latest.
 */
export const rehearseOnce = async (
  client: Client,
  taskQueue: string,
  input: RehearsalInput,
  timeoutMs = roundMs,
  version?: WorkerVersion,
): Promise<Rehearsed> => {
  const run = () =>
    client.workflow.executeUpdateWithStart(rehearsedUpdate, {
      startWorkflowOperation: new WithStartWorkflowOperation(rehearseType, {
        workflowId: rehearsalWorkflowIdOf(taskQueue, randomUUID()),
        taskQueue,
        args: [input] as [RehearsalInput],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowExecutionTimeout: timeoutMs,
        staticSummary: 'a process has started',
        ...(version && { versioningOverride: { pinnedTo: version } }),
      }),
    });
  try {
    return await client.withDeadline(Date.now() + timeoutMs, run);
  } catch (error) {
    throw new TemporarilyUnavailable('temporal', error);
  }
};

/**
 * Has a starting worker decide example orders until the time that they take is steady, for two
 * seconds and `roundsMax` orders at most. With several workers on a queue, some of the runs reach
 * another worker, which does nothing with them. Returns the durations in milliseconds. Throws
 * `TemporarilyUnavailable`.
 */
export const rehearse = (
  client: Client,
  taskQueue: string,
  {
    worker,
    roundsMax,
    version,
  }: {
    readonly worker: string;
    readonly roundsMax: number;
    readonly version?: WorkerVersion | undefined;
  },
): Promise<readonly number[]> =>
  untilSteady(async () => {
    const { isOwn } = await rehearseOnce(client, taskQueue, { worker }, roundMs, version);
    return isOwn;
  }, roundsMax);
