import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import {
  aifiPushed,
  drainAifiPushesType,
  drainAifiWorkflowIdOf,
} from '../workflows/aifi/messages.js';
import { temporalFault } from './temporal-fault.js';

const callMs = 5000;

/** A burst of pushes needs no more signals than this: each one drains all waiting pushes. */
const signalEveryMs = 500;

/**
 * Signals the workflow that drains pushes, or starts it. It runs on the orders' queue and needs no
 * worker of its own: it takes one step at a time, so at most one slot of a hundred there. Throws
 * `TemporarilyUnavailable`.
 */
export const createAifiDrain = (client: Client, taskQueue: string) => async (): Promise<void> => {
  try {
    await client.withDeadline(Date.now() + callMs, () =>
      client.workflow.signalWithStart(drainAifiPushesType, {
        workflowId: drainAifiWorkflowIdOf(taskQueue),
        taskQueue,
        signal: aifiPushed,
        staticSummary: 'AiFi pushes become evidence',
      }),
    );
  } catch (error) {
    throw temporalFault(error);
  }
};

/**
 * Debounces calls: calls `wake` soon, and once for all requests within half a second. The caller
 * does not wait. A failed call is not retried: the worker polls for waiting pushes as well.
 */
export const createNudge = (
  wake: () => Promise<void>,
  onFault: (error: unknown) => void,
  everyMs = signalEveryMs,
): (() => void) => {
  let isDue = false;
  let isRunning = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (isDue) {
      isDue = false;
      await wake().catch(onFault);
      await pause(everyMs, undefined, { ref: false });
    }
    isRunning = false;
  };
  return () => {
    isDue = true;
    if (!isRunning) void run();
  };
};
