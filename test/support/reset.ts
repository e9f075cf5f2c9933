import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';

/** What the server does with the messages that came later: `NONE` and `ALL_ELIGIBLE`. */
const reapplyTypes = { without: 2, with: 3 } as const;
export type Reapply = keyof typeof reapplyTypes;

/** The ids of the events that completed a workflow's tasks; an operator may reset to each. */
export const finishedTasks = async (handle: WorkflowHandle): Promise<number[]> => {
  const { events } = await handle.fetchHistory();
  return (events ?? [])
    .filter((event) => event.workflowTaskCompletedEventAttributes)
    .map(({ eventId }) => Number(eventId));
};

/**
 * Resets the latest run of a workflow to the end of a task, as an operator does, `with` or
 * `without` the messages that came later. Resolves with the id of the run that this ended.
 */
export const resetWorkflow = async (
  { client, workflowId }: WorkflowHandle,
  taskEnd: number | undefined,
  reapply: Reapply = 'without',
): Promise<string> => {
  const { runId } = await client.getHandle(workflowId).describe();
  const request = {
    namespace: 'default',
    workflowExecution: { workflowId, runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: taskEnd,
    resetReapplyType: reapplyTypes[reapply],
  };
  type Request = Parameters<typeof client.workflowService.resetWorkflowExecution>[0];
  // The SDK's type wants its own class of numbers and its encoder takes plain ones.
  await client.workflowService.resetWorkflowExecution(request as unknown as Request);
  return runId;
};

/** Resets a workflow to its first review, without the messages that came later. */
export const resetIntoReview = async (handle: WorkflowHandle): Promise<void> => {
  const [, afterDecision] = await finishedTasks(handle);
  await resetWorkflow(handle, afterDecision);
};
