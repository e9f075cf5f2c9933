import type { Client } from '@temporalio/client';
import {
  pollSparkflyAlertsType,
  pollSparkflyWorkflowIdOf,
} from '../workflows/sparkfly/messages.js';
import { temporalFault } from './temporal-fault.js';

const callMs = 5000;

/**
 * Starts the workflow that polls Sparkfly's alerts; one that runs is left alone. Throws
 * `TemporarilyUnavailable`.
 */
export const createSparkflyPolling =
  (client: Client, taskQueue: string) => async (): Promise<void> => {
    try {
      await client.withDeadline(Date.now() + callMs, () =>
        client.workflow.start(pollSparkflyAlertsType, {
          workflowId: pollSparkflyWorkflowIdOf(taskQueue),
          taskQueue,
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: 'alerts of Sparkfly',
        }),
      );
    } catch (error) {
      throw temporalFault(error);
    }
  };
