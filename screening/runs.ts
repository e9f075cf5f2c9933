import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';
import { temporalFault } from './temporal-fault.js';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const { EventType, WorkflowTaskFailedCause } = proto.temporal.api.enums.v1;

/** What Temporal knows of the latest run of an order's workflow. */
export type Run =
  /** Never begun, or forgotten: Temporal keeps closed runs for a while only. */
  | { readonly kind: 'none' }
  | { readonly kind: 'completed' }
  /** Terminated by somebody, failed, cancelled or timed out. */
  | { readonly kind: 'broken_off'; readonly runId: string }
  | {
      readonly kind: 'running';
      readonly runId: string;
      /** It waits for a message or a timer: no step and no task of it is under way. */
      readonly isWaiting: boolean;
    }
  | FailingRun;

/** It runs, and its present workflow task has failed at least once. */
export interface FailingRun {
  readonly kind: 'failing';
  readonly runId: string;
  /** Since when no workflow task has come through, in milliseconds since 1970. */
  readonly sinceMs: number;
  readonly attempts: number;
  /** Temporal's name of why the first of them failed, such as `NON_DETERMINISTIC_ERROR`. */
  readonly cause: string;
}

/** A run whose tasks fail for longer than this counts as missing. */
export const stuckAfterMs = 60_000;

/** How long tasks may fail before a person's verdict is worth more than the patience with them. */
export type Patience = 'sweep' | 'asked';

/** A task that was lost with its worker comes through at its second try. */
const lostTries = 2;

/**
 * True when a failing run is not worth waiting for. A history that this version cannot replay fails
 * for ever, so a person who waits for an answer need not wait for the minute. Temporal notes why a
 * task failed at its first try only: with a worker that had died it says no more than that.
 */
export const isBeyondPatience = (run: FailingRun, nowMs: number, patience: Patience): boolean => {
  const isHopeless = run.cause === 'NON_DETERMINISTIC_ERROR' || run.attempts > lostTries;
  return (patience === 'asked' && isHopeless) || nowMs - run.sinceMs >= stuckAfterMs;
};

/** What is asked of runs from outside. Every call may throw `TemporarilyUnavailable`. */
export interface Runs {
  readonly look: (workflowId: string) => Promise<Run>;
  /** All events of a run, payloads still sealed. */
  readonly events: (workflowId: string, runId: string) => Promise<HistoryEvent[]>;
  /** Ends a run; one that has ended already is left as it is. */
  readonly terminate: (workflowId: string, runId: string, reason: string) => Promise<void>;
}

const callMs = 5000;

/** The end of a history that is read to find the last failure of a task. */
const tailSize = 20;

const timeOf = (event: HistoryEvent): number =>
  Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;

/** Temporal notes the first failure of a task only; later tries of it leave no event. */
const firstFailureOf = (newestFirst: readonly HistoryEvent[]): HistoryEvent | undefined => {
  let found: HistoryEvent | undefined;
  for (const event of newestFirst) {
    if (event.eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED) break;
    const isFailure =
      event.eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED ||
      event.eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT;
    if (isFailure) found = event;
  }
  return found;
};

const causeOf = (failure: HistoryEvent): string => {
  const cause = failure.workflowTaskFailedEventAttributes?.cause;
  if (cause === undefined || cause === null) return 'TIMED_OUT';
  const name = WorkflowTaskFailedCause[cause] ?? 'UNSPECIFIED';
  return name.replace('WORKFLOW_TASK_FAILED_CAUSE_', '').replace('WORKFLOW_WORKER_', '');
};

/** Looks at runs of workflows in the client's namespace. */
export const createRuns = (client: Client): Runs => {
  const { namespace } = client.options;
  const within = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await client.withDeadline(Date.now() + callMs, call);
    } catch (error) {
      throw error instanceof WorkflowNotFoundError ? error : temporalFault(error);
    }
  };
  const failingSince = async (workflowId: string, runId: string, attempts: number) => {
    const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: tailSize,
    });
    const failure = firstFailureOf(history?.events ?? []);
    if (failure === undefined) return undefined;
    return {
      kind: 'failing',
      runId,
      sinceMs: timeOf(failure),
      attempts,
      cause: causeOf(failure),
    } as const;
  };
  const look = async (workflowId: string): Promise<Run> => {
    const { status, runId, raw } = await client.workflow.getHandle(workflowId).describe();
    if (status.name === 'COMPLETED') return { kind: 'completed' };
    if (status.name !== 'RUNNING') return { kind: 'broken_off', runId };
    const attempts = raw.pendingWorkflowTask?.attempt ?? 0;
    const failing = attempts > 1 && (await failingSince(workflowId, runId, attempts));
    const isWaiting = !raw.pendingWorkflowTask && (raw.pendingActivities ?? []).length === 0;
    return failing || { kind: 'running', runId, isWaiting };
  };
  return {
    look: async (workflowId) => {
      try {
        return await within(() => look(workflowId));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { kind: 'none' };
        throw error;
      }
    },
    events: (workflowId, runId) =>
      within(async () => {
        const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
        return events ?? [];
      }),
    terminate: async (workflowId, runId, reason) => {
      try {
        await within(() => client.workflow.getHandle(workflowId, runId).terminate(reason));
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
};
