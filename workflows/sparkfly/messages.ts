/** Workflow type, as operators see it. */
export const pollSparkflyAlertsType = 'pollSparkflyAlerts';

/** One for each task queue, for ever: of two that share a namespace each has its own. */
export const pollSparkflyWorkflowIdOf = (taskQueue: string): string => `poll-sparkfly:${taskQueue}`;
