import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { temporalFault } from './temporal-fault.js';

const callMs = 5000;

/**
 * Makes a call that a repeat may find done: a start of what has started, or a cancellation of what
 * has ended. May throw `TemporarilyUnavailable`.
 */
export const settled = async (client: Client, call: () => Promise<unknown>): Promise<void> => {
  try {
    await client.withDeadline(Date.now() + callMs, call);
  } catch (error) {
    const isDone =
      error instanceof WorkflowExecutionAlreadyStartedError ||
      error instanceof WorkflowNotFoundError;
    if (!isDone) throw temporalFault(error);
  }
};
