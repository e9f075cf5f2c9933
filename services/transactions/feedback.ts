import { finishDue, postponeDue, takeDue, type LeasedWork } from '../../db/due.js';
import { closeDueFeedback, hasFeedback, insertDueFeedback } from '../../db/sardine-feedback.js';
import { type Context, system } from '../context.js';

/** Longer than a call to Sardine with its reads and writes may take. */
const leaseMs = 60_000;

/** Due feedback about the outcomes of orders, longest due first. */
export type DueFeedback = LeasedWork;

/** Leases some due feedback for a minute; unfinished items become due again then. */
export const takeFeedback = (
  { db, now }: Context<'now'>,
  { limit }: { readonly limit: number },
): Promise<DueFeedback> => takeDue(db, 'sardine_feedback', { now, limit, leaseMs });

/** Postpones the feedback of one leased order. */
export const postponeFeedback = (
  { db }: Context,
  work: DueFeedback,
  transactionId: string,
  dueAt: Date,
): Promise<void> => postponeDue(db, work, [transactionId], dueAt);

/** Drops the feedback of one leased order, unless a vote has arrived since. */
export const dropFeedback = (
  { db }: Context,
  work: DueFeedback,
  transactionId: string,
): Promise<void> => finishDue(db, work, [transactionId]);

/** Whether the order's timeline records feedback to Sardine. */
export const isFeedbackRecorded = ({ db }: Context, transactionId: string): Promise<boolean> =>
  hasFeedback(db, transactionId);

/** Makes feedback about an order due, unless it was sent. */
export const makeFeedbackDue = (
  { db, now }: Context<'now'>,
  transactionId: string,
): Promise<void> => insertDueFeedback(db, transactionId, now);

/**
 * Records the result of an order's feedback in its timeline, once, and removes it from what is due.
 */
export const recordFeedback = async (
  { db, now }: Context<'now'>,
  feedback: {
    readonly transactionId: string;
    readonly outcome: 'approved' | 'declined';
    readonly result: 'sent' | 'given_up';
  },
): Promise<void> =>
  closeDueFeedback(db, {
    actor: system.name,
    action: `feedback.${feedback.result}`,
    object: feedback.transactionId,
    details: { partner: 'sardine', outcome: feedback.outcome },
    at: now,
  });
