import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';
import { postgresBehind } from '../contracts/unavailable.js';
import { createOwnership, type ForeignCause, statusIn } from './own-run.js';
import { temporalFault } from './temporal-fault.js';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const { EventType, WorkflowExecutionStatus, WorkflowTaskFailedCause } = proto.temporal.api.enums.v1;

/** The state of the latest run of an order's workflow in Temporal. */
export type Run =
  /** Never started, or past Temporal's retention of closed runs. */
  | { readonly kind: 'none' }
  | { readonly kind: 'completed' }
  /** Terminated, failed, cancelled or timed out. */
  | {
      readonly kind: 'broken_off';
      readonly runId: string;
      /** False for a run that somebody started with an input other than the order's. */
      readonly isOwn: boolean;
    }
  | {
      readonly kind: 'running';
      readonly runId: string;
      /**
       * True while it waits for a message or a timer: no activity and no workflow task is pending.
       */
      readonly isWaiting: boolean;
      /** The order's status as the workflow published it; undefined before it has. */
      readonly status: string | undefined;
      /** True when one of its steps has found that Postgres stands at an earlier moment. */
      readonly isAhead: boolean;
    }
  | FailingRun
  | ForeignRun;

/** A running workflow whose current workflow task has failed at least once. */
export interface FailingRun {
  readonly kind: 'failing';
  readonly runId: string;
  /** Since when its workflow tasks fail, in milliseconds since 1970. */
  readonly sinceMs: number;
  readonly attempts: number;
  /** Temporal's name for the cause of the first failure, such as `NON_DETERMINISTIC_ERROR`. */
  readonly cause: string;
}

/** An open run under the order's workflow id that will never complete the order. */
export interface ForeignRun {
  readonly kind: 'foreign';
  readonly runId: string;
  /** When it started, in milliseconds since 1970. */
  readonly sinceMs: number;
  readonly cause: ForeignCause;
}

/** A run whose tasks fail for longer than this counts as stuck. */
export const stuckAfterMs = 60_000;

/** How patient the caller is with failing tasks: a sweep waits longer than a person's request. */
export type Patience = 'sweep' | 'asked';

/** A task that was lost with its worker succeeds at its second attempt. */
const lostTries = 2;

/**
 * True when waiting for a failing run is pointless. A history that this version cannot replay fails
 * for ever, so a person need not wait the full minute. Temporal records the cause of the first
 * attempt only, which may be just the death of a worker: the number of attempts counts as well.
 */
export const isBeyondPatience = (run: FailingRun, nowMs: number, patience: Patience): boolean => {
  const isHopeless = run.cause === 'NON_DETERMINISTIC_ERROR' || run.attempts > lostTries;
  return (patience === 'asked' && isHopeless) || nowMs - run.sinceMs >= stuckAfterMs;
};

/**
 * Reads and terminates runs of orders' workflows. Every call may throw `TemporarilyUnavailable`.
 */
export interface Runs {
  readonly inspect: (workflowId: string, withinMs?: number) => Promise<Run>;
  /** The ids of the latest runs under a workflow id, at most twenty, oldest first. */
  readonly list: (workflowId: string) => Promise<string[]>;
  /** All events of a run, with encrypted payloads. */
  readonly events: (workflowId: string, runId: string) => Promise<HistoryEvent[]>;
  /** Terminates a run. Does nothing when it has ended. */
  readonly terminate: (workflowId: string, runId: string, reason: string) => Promise<void>;
}

const {
  WORKFLOW_EXECUTION_STATUS_COMPLETED: COMPLETED,
  WORKFLOW_EXECUTION_STATUS_PAUSED: PAUSED,
  WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING,
} = WorkflowExecutionStatus;

/** The client library has a class for it; raw gRPC calls give gRPC's own code. */
const isNotFound = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError ||
  (isGrpcServiceError(error) && error.code === notFoundCode);

/** `NOT_FOUND` of gRPC. */
const notFoundCode = 5;

const callMs = 5000;

/** How many runs of an order are read. Most have one; an ended run is replaced by another. */
const runsMax = 20;

/** Visibility lags behind, so the latest run is asked for by itself. */
const listRuns = async (client: Client, workflowId: string): Promise<string[]> => {
  const { namespace } = client.options;
  const { executions } = await client.workflowService.listWorkflowExecutions({
    ...{ namespace, pageSize: runsMax },
    query: `WorkflowId = '${workflowId.replaceAll("'", "''")}'`,
  });
  const found = (executions ?? []).toSorted(
    (one, other) => msOf(one.startTime) - msOf(other.startTime),
  );
  const { workflowExecutionInfo: latest } = await client.workflowService.describeWorkflowExecution({
    namespace,
    execution: { workflowId },
  });
  const ids = [...found, latest].map((run) => run?.execution?.runId ?? '');
  return [...new Set(ids)].filter((id) => id !== '');
};

/** How many of a history's last events are read to find a task's failure. */
const tailSize = 20;

const msOf = (time: HistoryEvent['eventTime']): number =>
  Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;

/** The first failure of the current task. Temporal writes no event for later attempts. */
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

const createInspector = (client: Client, taskQueue: string) => {
  const { namespace } = client.options;
  const { otherInputCause, deadEndCause } = createOwnership(client, taskQueue);
  return async (workflowId: string): Promise<Run> => {
    const request = { namespace, execution: { workflowId } };
    const described = await client.workflowService.describeWorkflowExecution(request);
    const { workflowExecutionInfo: info, pendingWorkflowTask: task } = described;
    const runId = info?.execution?.runId ?? '';
    if (info?.status === COMPLETED) return { kind: 'completed' };
    const other = await otherInputCause(workflowId, runId, described);
    if (info?.status !== RUNNING && info?.status !== PAUSED) {
      return { kind: 'broken_off', runId, isOwn: other === null };
    }
    const cause = other ?? (await deadEndCause(workflowId, described));
    if (cause !== null) return { kind: 'foreign', runId, sinceMs: msOf(info.startTime), cause };
    const attempts = task?.attempt ?? 0;
    const failing =
      attempts > 1 ? await failingSince(client, { workflowId, runId, attempts }) : undefined;
    const steps = described.pendingActivities ?? [];
    const isAhead = steps.some(
      ({ lastFailure }) => lastFailure?.applicationFailureInfo?.type === postgresBehind,
    );
    const isWaiting = !task && steps.length === 0;
    return failing ?? { kind: 'running', runId, isWaiting, status: statusIn(info), isAhead };
  };
};

/** Access to the runs of orders' workflows in the client's namespace. */
export const createRuns = (client: Client, taskQueue: string): Runs => {
  const inspect = createInspector(client, taskQueue);
  const within = async <T>(call: () => Promise<T>, withinMs = callMs): Promise<T> => {
    try {
      return await client.withDeadline(Date.now() + withinMs, call);
    } catch (error) {
      throw isNotFound(error) ? error : temporalFault(error);
    }
  };
  return {
    inspect: async (workflowId, withinMs) => {
      try {
        return await within(() => inspect(workflowId), withinMs);
      } catch (error) {
        if (isNotFound(error)) return { kind: 'none' };
        throw error;
      }
    },
    list: async (workflowId) => {
      try {
        return await within(() => listRuns(client, workflowId));
      } catch (error) {
        if (isNotFound(error)) return [];
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
