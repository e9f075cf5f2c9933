import { finishDue, postponeDue, takeDue, type TakenWork } from '../../db/due.js';
import { closeOwedFeedback, hasFeedback, insertOwedFeedback } from '../../db/sardine-feedback.js';
import { type Context, system } from '../context.js';

/** Longer than Sardine is waited for, with what is read and written besides. */
const leaseMs = 60_000;

/** Orders of whose end Sardine is to be told now, the longest due first. */
export type OwedFeedback = TakenWork;

/** Takes some of what is owed; it comes back in a minute. */
export const takeFeedback = (
  { db, now }: Context<'now'>,
  { limit }: { readonly limit: number },
): Promise<OwedFeedback> => takeDue(db, 'sardine_feedback', { now, limit, leaseMs });

/** Has an order of what was taken told later. */
export const postponeFeedback = (
  { db }: Context,
  owed: OwedFeedback,
  transactionId: string,
  dueAt: Date,
): Promise<void> => postponeDue(db, owed, [transactionId], dueAt);

/** There is nothing to tell of an order of what was taken, unless a vote has come since. */
export const forgetFeedback = (
  { db }: Context,
  owed: OwedFeedback,
  transactionId: string,
): Promise<void> => finishDue(db, owed, [transactionId]);

/** Whether the order's timeline says that Sardine was told. */
export const isFeedbackRecorded = ({ db }: Context, transactionId: string): Promise<boolean> =>
  hasFeedback(db, transactionId);

/** Has Sardine told of an order, unless it has been. */
export const oweFeedback = ({ db, now }: Context<'now'>, transactionId: string): Promise<void> =>
  insertOwedFeedback(db, transactionId, now);

/**
 * Notes in the transaction's timeline what came of telling Sardine how it ended, once; nothing
 * more is owed then.
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
