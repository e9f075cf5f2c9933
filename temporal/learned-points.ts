import type { Client } from '@temporalio/client';
import { backtestQueueOf } from '../workflows/backtest/messages.js';
import {
  type LearnPointsInput,
  learnPointsType,
  learnPointsWorkflowIdOf,
} from '../workflows/learned-points/messages.js';
import { settled } from './settled.js';

/** The API's calls to the workflow that learns points. */
export interface LearnedPointsClient {
  /** Starts it. A repeated call changes nothing. */
  readonly start: (fitId: string) => Promise<void>;
  /** Cancels it. Does nothing when it is not running. */
  readonly cancel: (fitId: string) => Promise<void>;
}

/** The workflow client of learned points. Calls may throw `TemporarilyUnavailable`. */
export const createLearnedPointsClient = (
  client: Client,
  taskQueue: string,
): LearnedPointsClient => ({
  start: (fitId) => {
    const input: LearnPointsInput = { fitId };
    return settled(client, () =>
      client.workflow.start(learnPointsType, {
        workflowId: learnPointsWorkflowIdOf(fitId),
        taskQueue: backtestQueueOf(taskQueue),
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: 'points learned from labels',
      }),
    );
  },
  cancel: (fitId) =>
    settled(client, () => client.workflow.getHandle(learnPointsWorkflowIdOf(fitId)).cancel()),
});
