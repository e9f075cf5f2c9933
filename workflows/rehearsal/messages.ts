/** The workflow type that operators see. */
export const rehearseType = 'rehearse';

/** One per start of a worker. */
export const rehearsalWorkflowIdOf = (taskQueue: string, worker: string): string =>
  `rehearse:${taskQueue}:${worker}`;
