import { defineSignal } from '@temporalio/workflow';

/** Workflow type, as operators see it. */
export const drainAifiPushesType = 'drainAifiPushes';

/** One for each task queue, for ever: of two that share a namespace each has its own. */
export const drainAifiWorkflowIdOf = (taskQueue: string): string => `drain-aifi:${taskQueue}`;

/** Something waits to be drained. It says no more: what waits is in Postgres. */
export const aifiPushed = defineSignal('pushed');
