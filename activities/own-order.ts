import { ApplicationFailure, Context } from '@temporalio/activity';
import { transactionIdOfWorkflow } from '../services/transactions/ids.js';

/**
 * A step that is made for the order of its own workflow only. A workflow that somebody has started
 * by hand under the id of one order, with the input of another, would act on the wrong one; it
 * fails here for good, and its order is taken up by a run of its own.
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
