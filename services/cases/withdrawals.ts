import { insertAudit } from '../../db/audit.js';
import { closeCase, lockOpenRound } from '../../db/cases.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { moveStatus } from '../../db/transactions.js';
import type { WithdrawalMessage, WithdrawalReceipt } from '../../workflows/order/messages.js';
import type { Context } from '../context.js';
import { findStanding, type Standing } from '../transactions/decisions.js';
import { type Offered, offerToReview } from './offers.js';

/** Offers a withdrawal to an order's workflow; throws as `SubmitVerdict` does. */
export type SubmitWithdrawal = (
  workflowId: string,
  message: WithdrawalMessage,
) => Promise<WithdrawalReceipt>;

/** What came of a withdrawal. `withdrawn` also stands for a repeat. */
export type WithdrawalResult = { readonly kind: 'not_in_review' } | Offered;

const judge = ({ result }: WithdrawalReceipt): WithdrawalResult =>
  result === 'deciding' || result === 'other_round' ? { kind: 'try_again' } : { kind: result };

/**
 * Ends a review because the shopper or OMS has cancelled the order. `withdrawn` is answered only
 * after the workflow has taken it, so a verdict cannot win beside it.
 */
export const withdraw = (
  context: Context<'actor'>,
  submitWithdrawal: SubmitWithdrawal,
  transactionId: string,
): Promise<WithdrawalResult> =>
  offerToReview<WithdrawalResult>(context, transactionId, {
    submit: async (workflowId, round) =>
      judge(await submitWithdrawal(workflowId, { actor: context.actor.name, round })),
    whenSettled: () => ({ kind: 'not_in_review' }),
  });

export interface WithdrawalToRecord {
  readonly transactionId: string;
  /** The round that it ends; whichever is open in those that an earlier version began. */
  readonly round?: number;
  readonly actor: string;
}

/**
 * Closes the case of an order that was withdrawn while in review; OMS is told nothing. Where the
 * order is not open in this round, nothing changes. Returns where the order stands then, by what is
 * stored: a stored verdict beats a withdrawal.
 */
export const recordWithdrawal = async (
  { db: pool, now }: Context<'now', Pool>,
  withdrawal: WithdrawalToRecord,
): Promise<Standing> => {
  const { transactionId, actor } = withdrawal;
  return inTransaction(pool, async (db) => {
    const open = await lockOpenRound(db, transactionId);
    if (open !== undefined && open === (withdrawal.round ?? open)) {
      await moveStatus(db, transactionId, ['in_review', 'oms_rejected'], 'withdrawn', now);
      await closeCase(db, transactionId, now);
      await insertAudit(db, {
        actor,
        action: 'transaction.withdrawn',
        object: transactionId,
        at: now,
      });
    }
    return findStanding({ db }, transactionId);
  });
};
