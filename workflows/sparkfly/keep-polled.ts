import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import { pollSparkflyWorkflowIdOf } from './messages.js';
import { pollSparkflyAlerts } from './poll-alerts.js';

/**
 * Starts the workflow that polls Sparkfly's alerts unless it runs. It has its own id, and outlives
 * this workflow.
 */
export async function keepSparkflyPolled(): Promise<'begun' | 'running'> {
  const { taskQueue } = workflowInfo();
  try {
    await startChild(pollSparkflyAlerts, {
      workflowId: pollSparkflyWorkflowIdOf(taskQueue),
      // Restarts a poll that somebody has terminated.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: 'alerts of Sparkfly',
    });
    return 'begun';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'running';
    throw error;
  }
}
