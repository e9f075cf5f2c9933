import {
  closeOwedFeedback,
  deleteOwedFeedback,
  listOwedFeedback,
  type OwedRow,
} from '../../db/owed-feedback.js';
import { type Context, system } from '../context.js';

/** An order that was settled, and of whose end Sardine has not been told. */
interface OwedFeedback {
  readonly transactionId: string;
  readonly workflowId: string;
  /** When the order was settled. */
  readonly since: Date;
}

/**
 * Goes along what is owed, a share in each call, and from the beginning again once it is through:
 * many that wait for Sardine must not keep others back.
 */
export const createOwedFeedback = (limit: number) => {
  let behind: OwedRow | undefined;
  return async ({ db }: Context, before: Date): Promise<OwedFeedback[]> => {
    const rows = await listOwedFeedback(db, { before, behind, limit });
    behind = rows.length < limit ? undefined : rows.at(-1);
    return rows.map((row) => ({
      transactionId: row.transaction_id,
      workflowId: row.workflow_id,
      since: row.since,
    }));
  };
};

/** There is nothing to tell Sardine of the order. */
export const forgetFeedback = ({ db }: Context, transactionId: string): Promise<void> =>
  deleteOwedFeedback(db, transactionId);

/**
 * Notes in the transaction's timeline what came of telling Sardine how it ended; nothing more is
 * owed then.
 */
export const recordFeedback = async (
  { db, now }: Context<'now'>,
  feedback: {
    readonly transactionId: string;
    readonly outcome: 'approved' | 'declined';
    readonly result: 'sent' | 'given_up';
  },
): Promise<void> =>
  closeOwedFeedback(db, {
    actor: system.name,
    action: `feedback.${feedback.result}`,
    object: feedback.transactionId,
    details: { partner: 'sardine', outcome: feedback.outcome },
    at: now,
  });
