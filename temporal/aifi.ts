import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import {
  aifiPushed,
  drainAifiPushesType,
  drainAifiWorkflowIdOf,
} from '../workflows/aifi/messages.js';
import { temporalFault } from './temporal-fault.js';

const callMs = 5000;

/** A storm of pushes needs no more: each signal drains all that waits. */
const signalEveryMs = 500;

/**
 * Wakes the workflow that drains pushes, or starts it. It runs on the orders' queue: one step at a
 * time, it never takes more than one slot of a hundred there, and needs no worker of its own.
 * Throws `TemporarilyUnavailable`.
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
 * Calls `wake` soon, and once for all that ask within half a second; nobody waits for it. A call
 * that failed is not made again: the worker looks for what waits by itself.
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
