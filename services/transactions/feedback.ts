import { finishDue, postponeDue, takeDue, type TakenWork } from '../../db/due.js';
import type { Queryable } from '../../db/pool.js';
import { closeOwedFeedback, hasFeedback, insertOwedFeedback } from '../../db/sardine-feedback.js';
import { system } from '../ports.js';

/** Longer than Sardine is waited for, with what is read and written besides. */
const leaseMs = 60_000;

/** Orders of whose end Sardine is to be told now, the longest due first. */
export type OwedFeedback = TakenWork;

/** Takes some of what is owed; it comes back in a minute. Throws `TemporarilyUnavailable`. */
export const takeFeedback = (
  db: Queryable,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<OwedFeedback> => takeDue(db, 'sardine_feedback', { now, limit, leaseMs });

/** Has an order of what was taken told later. Throws `TemporarilyUnavailable`. */
export const postponeFeedback = (
  db: Queryable,
  owed: OwedFeedback,
  transactionId: string,
  dueAt: Date,
): Promise<void> => postponeDue(db, owed, [transactionId], dueAt);

/**
 * There is nothing to tell of an order of what was taken, unless a vote of Sardine has come since.
 * Throws `TemporarilyUnavailable`.
 */
export const forgetFeedback = (
  db: Queryable,
  owed: OwedFeedback,
  transactionId: string,
): Promise<void> => finishDue(db, owed, [transactionId]);

/** Whether the order's timeline says that Sardine was told. Throws `TemporarilyUnavailable`. */
export const isFeedbackRecorded = (db: Queryable, transactionId: string): Promise<boolean> =>
  hasFeedback(db, transactionId);

/** Has Sardine told of an order, unless it has been. Throws `TemporarilyUnavailable`. */
export const oweFeedback = (db: Queryable, transactionId: string, now: Date): Promise<void> =>
  insertOwedFeedback(db, transactionId, now);

/**
 * Notes in the transaction's timeline what came of telling Sardine how it ended, once; nothing
 * more is owed then. Throws `TemporarilyUnavailable`.
 */
export const recordFeedback = async (
  db: Queryable,
  feedback: {
    readonly transactionId: string;
    readonly outcome: 'approved' | 'declined';
    readonly result: 'sent' | 'given_up';
    readonly now: Date;
  },
): Promise<void> =>
  closeOwedFeedback(db, {
    actor: system.name,
    action: `feedback.${feedback.result}`,
    object: feedback.transactionId,
    details: { partner: 'sardine', outcome: feedback.outcome },
    at: feedback.now,
  });
