import { insertWithdrawal } from '../../db/review-ends.js';
import type { WithdrawalMessage, WithdrawalReceipt } from '../../workflows/order/messages.js';
import type { Context } from '../context.js';
import { findOrderState, type OrderState } from '../transactions/decisions.js';
import { type SubmissionRefusal, submitToReview } from './submissions.js';

/** Sends a withdrawal to an order's workflow; throws as `SubmitVerdict` does. */
export type SubmitWithdrawal = (
  workflowId: string,
  message: WithdrawalMessage,
) => Promise<WithdrawalReceipt>;

/** The result of a withdrawal. `withdrawn` also covers a repeat. */
export type WithdrawalResult = { readonly kind: 'not_in_review' } | SubmissionRefusal;

const judge = ({ result }: WithdrawalReceipt): WithdrawalResult =>
  result === 'deciding' || result === 'other_round' ? { kind: 'try_again' } : { kind: result };

/**
 * Ends a review because the shopper or OMS has cancelled the order. Answers `withdrawn` only after
 * the workflow has accepted it, so no concurrent verdict can win.
 */
export const withdraw = (
  context: Context<'actor'>,
  submitWithdrawal: SubmitWithdrawal,
  transactionId: string,
): Promise<WithdrawalResult> =>
  submitToReview<WithdrawalResult>(context, transactionId, {
    submit: async (workflowId, round) =>
      judge(await submitWithdrawal(workflowId, { actor: context.actor.name, round })),
    whenSettled: () => ({ kind: 'not_in_review' }),
  });

export interface WithdrawalToRecord {
  readonly transactionId: string;
  /** The round that it ends; absent in messages of earlier versions: then the open one. */
  readonly round?: number;
  readonly actor: string;
}

/**
 * Closes the case of an order that was withdrawn in review, without a call to OMS. Changes nothing
 * when the order is not open in this round. Returns the order's stored status then: a stored
 * verdict beats a withdrawal.
 */
export const recordWithdrawal = async (
  { db, now }: Context<'now'>,
  { transactionId, round, actor }: WithdrawalToRecord,
): Promise<OrderState> => {
  await insertWithdrawal(db, round ?? null, {
    actor,
    action: 'transaction.withdrawn',
    object: transactionId,
    at: now,
  });
  return findOrderState({ db }, transactionId);
};
