import type { Client } from '@temporalio/client';
import {
  backtestQueueOf,
  type BacktestRuleSetInput,
  backtestRuleSetType,
  backtestWorkflowIdOf,
} from '../workflows/backtest/messages.js';
import { settled } from './settled.js';

/** The API's calls to a backtest's workflow. */
export interface BacktestClient {
  /** Starts it. A repeated call changes nothing. */
  readonly start: (backtestId: string) => Promise<void>;
  /** Cancels it. Does nothing when it is not running. */
  readonly cancel: (backtestId: string) => Promise<void>;
}

/** The workflow client of backtests. Calls may throw `TemporarilyUnavailable`. */
export const createBacktestClient = (client: Client, taskQueue: string): BacktestClient => {
  return {
    start: (backtestId) => {
      const input: BacktestRuleSetInput = { backtestId };
      return settled(client, () =>
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
      settled(client, () => client.workflow.getHandle(backtestWorkflowIdOf(backtestId)).cancel()),
  };
};
