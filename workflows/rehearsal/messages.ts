import { defineUpdate } from '@temporalio/workflow';

/** The workflow type that operators see. */
export const rehearseType = 'rehearse';

/** One per round of a rehearsal. */
export const rehearsalWorkflowIdOf = (taskQueue: string, round: string): string =>
  `rehearse:${taskQueue}:${round}`;

export interface RehearsalInput {
  /** The worker that rehearses; null when an API does, with whichever worker takes the run. */
  readonly worker: string | null;
}

/** The result of a round. */
export interface Rehearsed {
  /** Whether the worker that the input names ran it. */
  readonly isOwn: boolean;
  /** An answer like that to an order; empty unless it is the worker's own. */
  readonly answer: string;
}

export const rehearsedUpdate = defineUpdate<Rehearsed>('rehearsed');
