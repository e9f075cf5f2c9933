import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { rehearsalWorkflowIdOf, rehearseType } from '../workflows/rehearsal/messages.js';

/** Ten times the usual duration. A worker whose rehearsal fails serves orders all the same. */
const rehearsalMs = 5000;

/**
 * Runs the workflow that loads what every order needs on a worker of this queue, and waits for its
 * end. With several workers any of them may run it: each rehearses at its start. Throws
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
