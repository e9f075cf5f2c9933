import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import {
  backtestQueueOf,
  type BacktestRuleSetInput,
  backtestRuleSetType,
  backtestWorkflowIdOf,
} from '../workflows/backtest/messages.js';
import { temporalFault } from './temporal-fault.js';

/** The API's calls to a backtest's workflow. */
export interface BacktestClient {
  /** Starts it. A repeated call changes nothing. */
  readonly start: (backtestId: string) => Promise<void>;
  /** Cancels it. Does nothing when it is not running. */
  readonly cancel: (backtestId: string) => Promise<void>;
}

const callMs = 5000;

/** The workflow client of backtests. Calls may throw `TemporarilyUnavailable`. */
export const createBacktestClient = (client: Client, taskQueue: string): BacktestClient => {
  const within = async (call: () => Promise<unknown>): Promise<void> => {
    try {
      await client.withDeadline(Date.now() + callMs, call);
    } catch (error) {
      const isThere =
        error instanceof WorkflowExecutionAlreadyStartedError ||
        error instanceof WorkflowNotFoundError;
      if (isThere) return;
      throw temporalFault(error);
    }
  };
  return {
    start: (backtestId) => {
      const input: BacktestRuleSetInput = { backtestId };
      return within(() =>
        client.workflow.start(backtestRuleSetType, {
          workflowId: backtestWorkflowIdOf(backtestId),
          taskQueue: backtestQueueOf(taskQueue),
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          staticSummary: 'a rule set tried on stored orders',
        }),
      );
    },
    cancel: (backtestId) =>
      within(() => client.workflow.getHandle(backtestWorkflowIdOf(backtestId)).cancel()),
  };
};
