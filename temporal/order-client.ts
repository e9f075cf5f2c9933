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

/** What API and worker may ask of an order's workflow. */
export interface ScreeningClient {
  /** Starts the workflow unless it runs, and waits for its first decision. */
  readonly firstDecision: (
    input: ScreenTransactionInput,
    timeoutMs: number,
  ) => Promise<FirstDecision>;
  /** Has the workflow look where its order stands in Postgres. */
  readonly recheck: (workflowId: string) => Promise<void>;
  /** Starts the workflow unless it runs, or has ended well and is not to begin again after that. */
  readonly start: (input: ScreenTransactionInput, isAfterCompleted?: boolean) => Promise<void>;
  /** Offers a verdict and waits for what came of it. */
  readonly submitVerdict: (
    workflowId: string,
    message: VerdictMessage,
    timeoutMs: number,
  ) => Promise<VerdictReceipt>;
  /** Offers a withdrawal and waits for what came of it. */
  readonly submitWithdrawal: (
    workflowId: string,
    message: WithdrawalMessage,
    timeoutMs: number,
  ) => Promise<WithdrawalReceipt>;
}

/** A budget of 1.5 s and its margin fit; a crashed worker's task is given to another after it. */
const workflowTaskTimeoutMs = (budgetMs: number): number => Math.max(5000, budgetMs * 2);

const startOptions = (taskQueue: string, input: ScreenTransactionInput) => ({
  workflowId: workflowIdOf(input),
  taskQueue,
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

/** A workflow that is well answers a message in some ten milliseconds. */
const lookAfterMs = 500;

type Looks = Pick<Runs, 'look'>;

const throwIfStuck = async (runs: Looks, workflowId: string, withinMs?: number): Promise<void> => {
  const run = await runs.look(workflowId, withinMs);
  if (run.kind === 'foreign') throw new ScreeningStuck(`it is not the order's run (${run.cause})`);
  if (run.kind === 'failing' && isBeyondPatience(run, Date.now(), 'asked')) {
    throw new ScreeningStuck(`its workflow tasks fail (${run.cause})`);
  }
};

/** Rejects with `ScreeningStuck` once the workflow turns out to be stuck; else at the abort. */
const untilStuck = async (runs: Looks, workflowId: string, signal: AbortSignal) => {
  for (;;) {
    await pause(lookAfterMs, undefined, { signal });
    await throwIfStuck(runs, workflowId);
  }
};

/**
 * The answer to a message of a person, or `ScreeningStuck` as soon as it is clear that the workflow
 * can give none. Temporal refuses further messages at once when too many wait already, so a look
 * follows a fault, too. When a look itself fails, the answer or its deadline decides.
 */
const answerOrStuck = async <T>(runs: Looks, workflowId: string, asked: Promise<T>): Promise<T> => {
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
 * The workflow client. Every call may throw `TemporarilyUnavailable` and `ScreeningEnded`, those
 * with a message `ScreeningStuck` too, and may be made again without harm.
 */
export const createScreeningClient = (
  client: Client,
  taskQueue: string,
  runs: Looks = createRuns(client, taskQueue),
): ScreeningClient => {
  const within = async <T>(timeoutMs: number, call: () => Promise<T>): Promise<T> => {
    try {
      return await client.withDeadline(Date.now() + timeoutMs, call);
    } catch (error) {
      throw translate(error);
    }
  };
  // Looked at first: a run that is not the order's own could take the message for another order.
  const ask = async <T>(workflowId: string, timeoutMs: number, call: () => Promise<T>) => {
    const endMs = Date.now() + timeoutMs;
    await throwIfStuck(runs, workflowId, timeoutMs);
    return answerOrStuck(runs, workflowId, within(endMs - Date.now(), call));
  };
  return {
    firstDecision: (input, timeoutMs) =>
      within(timeoutMs, () =>
        client.workflow.executeUpdateWithStart(firstDecisionUpdate, {
          updateId: firstDecisionUpdateId,
          startWorkflowOperation: new WithStartWorkflowOperation(screenTransactionType, {
            ...startOptions(taskQueue, input),
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
          }),
        }),
      ),
    start: async (input, isAfterCompleted = false) => {
      await within(5000, () =>
        client.workflow.start(screenTransactionType, {
          ...startOptions(taskQueue, input),
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: isAfterCompleted
            ? 'ALLOW_DUPLICATE'
            : 'ALLOW_DUPLICATE_FAILED_ONLY',
        }),
      );
    },
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
