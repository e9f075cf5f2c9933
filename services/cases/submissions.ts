import { ScreeningEnded, ScreeningStuck } from '../../contracts/unavailable.js';
import { findCaseOfTransaction } from '../../db/cases.js';
import { findTransaction, type TransactionRow } from '../../db/transactions.js';
import type { Context } from '../context.js';

/** The results that a verdict and a withdrawal have in common. */
export type SubmissionRefusal =
  | { readonly kind: 'unknown_transaction' }
  /** The shopper or OMS has cancelled the order. */
  | { readonly kind: 'withdrawn' }
  /** The case is changing; the caller may retry. */
  | { readonly kind: 'try_again' }
  /** In review, but without a workflow that could handle it: it was ended, or it is stuck. */
  | { readonly kind: 'workflow_missing' };

interface Submission<Result> {
  /** The round that it is about; by default the present one. */
  readonly round?: number | undefined;
  /** Sends it to the order's workflow; throws `ScreeningEnded` and `ScreeningStuck`. */
  readonly submit: (workflowId: string, round: number) => Promise<Result>;
  /** The answer when the review is over. */
  readonly whenSettled: (row: TransactionRow) => Result | Promise<Result>;
}

/** How often the row is read again when the case changes in between. */
const attemptsMax = 3;

/** Undefined when the workflow ended in the meantime: the row then has the result. */
const submit = async <Result>(
  { db }: Context,
  row: TransactionRow,
  submission: Submission<Result>,
): Promise<Result | SubmissionRefusal | undefined> => {
  const round =
    submission.round ?? (await findCaseOfTransaction(db, row.transaction_id))?.round ?? 0;
  try {
    return await submission.submit(row.workflow_id, round);
  } catch (error) {
    if (error instanceof ScreeningEnded) return undefined;
    if (error instanceof ScreeningStuck) return { kind: 'workflow_missing' };
    throw error;
  }
};

/** Sends a verdict or withdrawal to the review of an order, depending on the order's status. */
export const submitToReview = async <Result>(
  context: Context,
  transactionId: string,
  submission: Submission<Result>,
): Promise<Result | SubmissionRefusal> => {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const row = await findTransaction(context.db, transactionId);
    if (row === undefined) return { kind: 'unknown_transaction' };
    switch (row.status) {
      case 'deciding':
        return { kind: 'try_again' };
      case 'withdrawn':
        return { kind: 'withdrawn' };
      case 'settling':
      case 'processed':
      case 'cancelled':
        return submission.whenSettled(row);
      case 'in_review':
      case 'oms_rejected': {
        const result = await submit(context, row, submission);
        if (result !== undefined) return result;
        break;
      }
      default:
        return row.status satisfies never;
    }
  }
  return { kind: 'workflow_missing' };
};
