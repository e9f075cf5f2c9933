import { ApplicationFailure, Context } from '@temporalio/activity';
import { transactionIdOfWorkflow } from '../services/transactions/ids.js';

/**
 * Wraps an activity so that it acts only on the order of its own workflow. A workflow started by
 * hand under the id of one order with the input of another fails here permanently; the order then
 * gets a run of its own.
 */
export const ofOwnOrder =
  <Input extends { readonly transactionId: string }, Result>(
    step: (input: Input) => Promise<Result>,
  ) =>
  async (input: Input): Promise<Result> => {
    const { workflowExecution } = Context.current().info;
    const own = transactionIdOfWorkflow(workflowExecution?.workflowId ?? '');
    if (input.transactionId === own) return step(input);
    throw ApplicationFailure.nonRetryable('the input is not of the order of this workflow');
  };
