/** Workflow type, as operators see it. */
export const rehearseType = 'rehearse';

/** One for each start of a worker. */
export const rehearsalWorkflowIdOf = (taskQueue: string, worker: string): string =>
  `rehearse:${taskQueue}:${worker}`;
