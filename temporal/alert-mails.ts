import type { Client } from '@temporalio/client';
import {
  notifyAlertType,
  notifyAlertWorkflowIdOf,
  type NotifyAlertInput,
} from '../workflows/alert-mail/messages.js';
import { temporalFault } from './temporal-fault.js';

const callMs = 5000;

/**
 * Starts the workflow that mails people about an alert. A running one stays as it is, and one that
 * ended early starts again: Postgres knows which mails were sent. Throws `TemporarilyUnavailable`.
 */
export const createAlertNotifier =
  (client: Client, taskQueue: string) =>
  async (eventId: number): Promise<void> => {
    const input: NotifyAlertInput = { eventId };
    try {
      await client.withDeadline(Date.now() + callMs, () =>
        client.workflow.start(notifyAlertType, {
          workflowId: notifyAlertWorkflowIdOf(taskQueue, eventId),
          taskQueue,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: `mails about alert ${eventId}`,
        }),
      );
    } catch (error) {
      throw temporalFault(error);
    }
  };
