import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { workflowIdOf } from '../contracts/hbc/transaction.js';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ScreeningEnded,
  ScreeningStuck,
  TemporarilyUnavailable,
} from '../contracts/unavailable.js';
import {
  type FirstDecision,
  firstDecisionUpdate,
  firstDecisionUpdateId,
  recheckSignal,
  type ScreenTransactionInput,
  screenTransactionType,
  submitDecisionUpdate,
  type VerdictMessage,
  type VerdictReceipt,
  type WithdrawalMessage,
  type WithdrawalReceipt,
  withdrawUpdate,
} from '../workflows/order/messages.js';
import {
  bannerKey,
  fraudStatusKey,
  orderIdKey,
  transactionIdKey,
} from '../workflows/order/search-attributes.js';
import { createRuns, isBeyondPatience, type Runs } from './order-runs.js';
import { temporalFault } from './temporal-fault.js';

/** The calls of API and worker to an order's workflow. */
export interface ScreeningClient {
  /** Starts the workflow unless it runs, and waits for its first decision. */
  readonly firstDecision: (
    input: ScreenTransactionInput,
    timeoutMs: number,
  ) => Promise<FirstDecision>;
  /** Starts the workflow unless it runs. Throws `ScreeningEnded` when it has ended. */
  readonly begin: (input: ScreenTransactionInput, timeoutMs: number) => Promise<void>;
  /** Signals the workflow to read its order's status from Postgres. */
  readonly recheck: (workflowId: string) => Promise<void>;
  /** Starts the workflow unless it is running or, without `isAfterCompleted`, has completed. */
  readonly start: (input: ScreenTransactionInput, isAfterCompleted?: boolean) => Promise<void>;
  /** Submits a verdict and waits for the result. */
  readonly submitVerdict: (
    workflowId: string,
    message: VerdictMessage,
    timeoutMs: number,
  ) => Promise<VerdictReceipt>;
  /** Submits a withdrawal and waits for the result. */
  readonly submitWithdrawal: (
    workflowId: string,
    message: WithdrawalMessage,
    timeoutMs: number,
  ) => Promise<WithdrawalReceipt>;
}

/**
 * Twice the budget of an answer, which is 1.5 s. After this, Temporal gives a crashed worker's task
 * to another one. A shorter time would take tasks from a worker that only paused.
 */
const workflowTaskTimeoutMs = (budgetMs: number): number => Math.max(3000, budgetMs * 2);

/** What becomes of a start when the workflow has ended. */
type ReusePolicy = 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY';

const startOptions = (taskQueue: string, input: ScreenTransactionInput) => ({
  workflowId: workflowIdOf(input),
  taskQueue,
  // One run decides an order, whoever asks for it.
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  args: [input] as [ScreenTransactionInput],
  workflowTaskTimeout: workflowTaskTimeoutMs(input.budgetMs),
  typedSearchAttributes: [
    { key: bannerKey, value: input.banner },
    { key: orderIdKey, value: input.orderId },
    { key: transactionIdKey, value: input.transactionId },
    { key: fraudStatusKey, value: 'deciding' },
  ],
  staticSummary: `${input.banner} order ${input.orderId}, group ${input.groupId}`.slice(0, 200),
});

const translate = (error: unknown): Error => {
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    return new ScreeningEnded('the workflow has ended', { cause: error });
  }
  if (error instanceof WorkflowNotFoundError) {
    return new ScreeningEnded('the workflow is not running', { cause: error });
  }
  return temporalFault(error);
};

/** A healthy workflow answers a message in some ten milliseconds. */
const checkEveryMs = 500;

type RunReader = Pick<Runs, 'inspect'>;

const throwIfStuck = async (
  runs: RunReader,
  workflowId: string,
  withinMs?: number,
): Promise<void> => {
  const run = await runs.inspect(workflowId, withinMs);
  if (run.kind === 'foreign') throw new ScreeningStuck(`it is not the order's run (${run.cause})`);
  if (run.kind === 'failing' && isBeyondPatience(run, Date.now(), 'asked')) {
    throw new ScreeningStuck(`its workflow tasks fail (${run.cause})`);
  }
};

/**
 * Polls the run and rejects with `ScreeningStuck` once it is stuck. Rejects when `signal` aborts.
 */
const untilStuck = async (runs: RunReader, workflowId: string, signal: AbortSignal) => {
  for (;;) {
    await pause(checkEveryMs, undefined, { signal });
    await throwIfStuck(runs, workflowId);
  }
};

/**
 * Returns the answer to a message, or throws `ScreeningStuck` as soon as the workflow turns out to
 * be stuck. Temporal refuses a message at once when too many are waiting, so a fault is followed by
 * one more check. When a check itself fails, the message's answer or deadline decides.
 */
const answerOrStuck = async <T>(
  runs: RunReader,
  workflowId: string,
  asked: Promise<T>,
): Promise<T> => {
  const answered = new AbortController();
  const orElse = (error: unknown): Promise<T> => {
    if (error instanceof ScreeningStuck) throw error;
    return asked;
  };
  const stuck: Promise<T> = untilStuck(runs, workflowId, answered.signal).catch(orElse);
  stuck.catch(() => undefined);
  try {
    return await Promise.race([asked, stuck]);
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) {
      await throwIfStuck(runs, workflowId).catch(orElse);
    }
    throw error;
  } finally {
    answered.abort();
  }
};

/**
 * The workflow client. Every call may throw `TemporarilyUnavailable` and `ScreeningEnded`; a
 * verdict or withdrawal also `ScreeningStuck`. Every call is safe to repeat.
 */
export const createScreeningClient = (
  client: Client,
  taskQueue: string,
  runs: RunReader = createRuns(client, taskQueue),
): ScreeningClient => {
  const within = async <T>(timeoutMs: number, call: () => Promise<T>): Promise<T> => {
    try {
      return await client.withDeadline(Date.now() + timeoutMs, call);
    } catch (error) {
      throw translate(error);
    }
  };
  // Check first: a foreign run could take the message for another order.
  const ask = async <T>(workflowId: string, timeoutMs: number, call: () => Promise<T>) => {
    const endMs = Date.now() + timeoutMs;
    await throwIfStuck(runs, workflowId, timeoutMs);
    return answerOrStuck(runs, workflowId, within(endMs - Date.now(), call));
  };
  const start = async (
    input: ScreenTransactionInput,
    timeoutMs: number,
    workflowIdReusePolicy: ReusePolicy,
  ): Promise<void> => {
    const options = { ...startOptions(taskQueue, input), workflowIdReusePolicy };
    await within(timeoutMs, () => client.workflow.start(screenTransactionType, options));
  };
  return {
    firstDecision: (input, timeoutMs) =>
      within(timeoutMs, () =>
        client.workflow.executeUpdateWithStart(firstDecisionUpdate, {
          updateId: firstDecisionUpdateId,
          startWorkflowOperation: new WithStartWorkflowOperation(screenTransactionType, {
            ...startOptions(taskQueue, input),
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
          }),
        }),
      ),
    begin: (input, timeoutMs) => start(input, timeoutMs, 'REJECT_DUPLICATE'),
    start: (input, isAfterCompleted = false) =>
      start(input, 5000, isAfterCompleted ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY'),
    recheck: (workflowId) =>
      within(5000, () => client.workflow.getHandle(workflowId).signal(recheckSignal)),
    submitVerdict: (workflowId, message, timeoutMs) =>
      ask(workflowId, timeoutMs, () =>
        client.workflow
          .getHandle(workflowId)
          .executeUpdate(submitDecisionUpdate, { args: [message] }),
      ),
    submitWithdrawal: (workflowId, message, timeoutMs) =>
      ask(workflowId, timeoutMs, () =>
        client.workflow.getHandle(workflowId).executeUpdate(withdrawUpdate, { args: [message] }),
      ),
  };
};
