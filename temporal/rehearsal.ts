import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { rehearsalWorkflowIdOf, rehearseType } from '../workflows/rehearsal/messages.js';

/** Ten times what it takes; a worker that cannot rehearse serves orders all the same. */
const rehearsalMs = 5000;

/**
 * Has a worker of this queue run the workflow that loads what every order needs, and waits for its
 * end. With several workers any of them may be the one: each rehearses as it starts. Throws
 * `TemporarilyUnavailable`, after five seconds at the latest.
 */
export const rehearse = async (client: Client, taskQueue: string): Promise<void> => {
  const run = () =>
    client.workflow.execute(rehearseType, {
      workflowId: rehearsalWorkflowIdOf(taskQueue, randomUUID()),
      taskQueue,
      workflowExecutionTimeout: rehearsalMs,
      staticSummary: 'a worker has started',
    });
  try {
    await client.withDeadline(Date.now() + rehearsalMs, run);
  } catch (error) {
    throw new TemporarilyUnavailable('temporal', error);
  }
};
