/** The workflow type that operators see. */
export const pollSparkflyAlertsType = 'pollSparkflyAlerts';

/** One per task queue, permanently. Task queues that share a namespace have one each. */
export const pollSparkflyWorkflowIdOf = (taskQueue: string): string => `poll-sparkfly:${taskQueue}`;
