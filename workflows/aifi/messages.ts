import { defineSignal } from '@temporalio/workflow';

/** The workflow type that operators see. */
export const drainAifiPushesType = 'drainAifiPushes';

/** One per task queue, permanently. Task queues that share a namespace have one each. */
export const drainAifiWorkflowIdOf = (taskQueue: string): string => `drain-aifi:${taskQueue}`;

/** Pushes wait to be drained. The signal has no content, because the pushes are in Postgres. */
export const aifiPushed = defineSignal('pushed');
