import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';
import { createOwnership, type ForeignCause } from './own-run.js';
import { temporalFault } from './temporal-fault.js';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const { EventType, WorkflowExecutionStatus, WorkflowTaskFailedCause } = proto.temporal.api.enums.v1;

/** What Temporal knows of the latest run of an order's workflow. */
export type Run =
  /** Never begun, or forgotten: Temporal keeps closed runs for a while only. */
  | { readonly kind: 'none' }
  | { readonly kind: 'completed' }
  /** Terminated by somebody, failed, cancelled or timed out. */
  | {
      readonly kind: 'broken_off';
      readonly runId: string;
      /** False for a run that somebody began with another input than the order's. */
      readonly isOwn: boolean;
    }
  | {
      readonly kind: 'running';
      readonly runId: string;
      /** It waits for a message or a timer: no step and no task of it is under way. */
      readonly isWaiting: boolean;
    }
  | FailingRun
  | ForeignRun;

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

/** It is open under the order's workflow id, and will never bring the order to its end. */
export interface ForeignRun {
  readonly kind: 'foreign';
  readonly runId: string;
  /** When it began, in milliseconds since 1970. */
  readonly sinceMs: number;
  readonly cause: ForeignCause;
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
  readonly look: (workflowId: string, withinMs?: number) => Promise<Run>;
  /** All events of a run, payloads still sealed. */
  readonly events: (workflowId: string, runId: string) => Promise<HistoryEvent[]>;
  /** Ends a run; one that has ended already is left as it is. */
  readonly terminate: (workflowId: string, runId: string, reason: string) => Promise<void>;
}

const {
  WORKFLOW_EXECUTION_STATUS_COMPLETED: COMPLETED,
  WORKFLOW_EXECUTION_STATUS_PAUSED: PAUSED,
  WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING,
} = WorkflowExecutionStatus;

/** The client library has a class for it; the bare calls below it have gRPC's own code. */
const isNotFound = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError ||
  (isGrpcServiceError(error) && error.code === notFoundCode);

/** `NOT_FOUND` of gRPC. */
const notFoundCode = 5;

const callMs = 5000;

/** The end of a history that is read to find the last failure of a task. */
const tailSize = 20;

const msOf = (time: HistoryEvent['eventTime']): number =>
  Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;

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

const failingSince = async (
  client: Client,
  { workflowId, runId, attempts }: { workflowId: string; runId: string; attempts: number },
): Promise<FailingRun | undefined> => {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: tailSize,
  });
  const failure = firstFailureOf(history?.events ?? []);
  if (failure === undefined) return undefined;
  const sinceMs = msOf(failure.eventTime);
  return { kind: 'failing', runId, sinceMs, attempts, cause: causeOf(failure) };
};

const createLook = (client: Client, taskQueue: string) => {
  const { namespace } = client.options;
  const { otherInput, leadsNowhere } = createOwnership(client, taskQueue);
  return async (workflowId: string): Promise<Run> => {
    const request = { namespace, execution: { workflowId } };
    const described = await client.workflowService.describeWorkflowExecution(request);
    const { workflowExecutionInfo: info, pendingWorkflowTask: task } = described;
    const runId = info?.execution?.runId ?? '';
    if (info?.status === COMPLETED) return { kind: 'completed' };
    const other = await otherInput(workflowId, runId, described);
    if (info?.status !== RUNNING && info?.status !== PAUSED) {
      return { kind: 'broken_off', runId, isOwn: other === null };
    }
    const cause = other ?? (await leadsNowhere(workflowId, described));
    if (cause !== null) return { kind: 'foreign', runId, sinceMs: msOf(info.startTime), cause };
    const attempts = task?.attempt ?? 0;
    const failing =
      attempts > 1 ? await failingSince(client, { workflowId, runId, attempts }) : undefined;
    const isWaiting = !task && (described.pendingActivities ?? []).length === 0;
    return failing ?? { kind: 'running', runId, isWaiting };
  };
};

/** Looks at runs of orders' workflows in the client's namespace. */
export const createRuns = (client: Client, taskQueue: string): Runs => {
  const look = createLook(client, taskQueue);
  const within = async <T>(call: () => Promise<T>, withinMs = callMs): Promise<T> => {
    try {
      return await client.withDeadline(Date.now() + withinMs, call);
    } catch (error) {
      throw isNotFound(error) ? error : temporalFault(error);
    }
  };
  return {
    look: async (workflowId, withinMs) => {
      try {
        return await within(() => look(workflowId), withinMs);
      } catch (error) {
        if (isNotFound(error)) return { kind: 'none' };
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
        if (!isNotFound(error)) throw error;
      }
    },
  };
};
