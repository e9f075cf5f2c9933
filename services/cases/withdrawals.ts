import { ScreeningEnded, ScreeningStuck } from '../../contracts/unavailable.js';
import { insertAudit } from '../../db/audit.js';
import { closeCase, findCaseOfTransaction, lockOpenRound } from '../../db/cases.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { findTransaction, moveStatus, type TransactionRow } from '../../db/transactions.js';
import type { WithdrawalReceipt } from '../../workflows/order/messages.js';
import type { Actor, SubmitWithdrawal } from '../context.js';
import { findStanding, type Standing } from '../transactions/decisions.js';

interface WithdrawDeps {
  readonly db: Queryable;
  readonly submitWithdrawal: SubmitWithdrawal;
}

/** What came of a withdrawal. `withdrawn` also stands for a repeat. */
export type WithdrawalResult =
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'unknown_transaction' }
  | { readonly kind: 'not_in_review' }
  /** The case is moving; the same request may be sent again. */
  | { readonly kind: 'try_again' }
  /** In review, but no workflow runs that could take it: it was ended, or it is stuck. */
  | { readonly kind: 'workflow_missing' };

const judge = ({ result }: WithdrawalReceipt): WithdrawalResult =>
  result === 'deciding' || result === 'other_round' ? { kind: 'try_again' } : { kind: result };

/** Undefined when the workflow ended while it was asked: the row then tells more. */
const submit = async (
  { db, submitWithdrawal }: WithdrawDeps,
  row: TransactionRow,
  actor: Actor,
): Promise<WithdrawalResult | undefined> => {
  const round = (await findCaseOfTransaction(db, row.transaction_id))?.round ?? 0;
  try {
    return judge(await submitWithdrawal(row.workflow_id, { actor: actor.name, round }));
  } catch (error) {
    if (error instanceof ScreeningEnded) return undefined;
    if (error instanceof ScreeningStuck) return { kind: 'workflow_missing' };
    throw error;
  }
};

/** Looks at the row again when the workflow ended between two steps, then gives up. */
const looksMax = 3;

/**
 * Ends a review because the shopper or OMS has cancelled the order. `withdrawn` is answered only
 * after the workflow has taken it, so a verdict cannot win beside it.
 */
export const withdraw = async (
  deps: WithdrawDeps,
  actor: Actor,
  transactionId: string,
): Promise<WithdrawalResult> => {
  for (let look = 1; look <= looksMax; look += 1) {
    const row = await findTransaction(deps.db, transactionId);
    if (row === undefined) return { kind: 'unknown_transaction' };
    switch (row.status) {
      case 'deciding':
        return { kind: 'try_again' };
      case 'withdrawn':
        return { kind: 'withdrawn' };
      case 'settling':
      case 'processed':
      case 'cancelled':
        return { kind: 'not_in_review' };
      case 'in_review':
      case 'oms_rejected': {
        const result = await submit(deps, row, actor);
        if (result !== undefined) return result;
        break;
      }
      default:
        return row.status satisfies never;
    }
  }
  return { kind: 'workflow_missing' };
};

export interface WithdrawalToRecord {
  readonly transactionId: string;
  /** The round that it ends; whichever is open in those that an earlier version began. */
  readonly round?: number;
  readonly actor: string;
  readonly now: Date;
}

/**
 * Closes the case of an order that was withdrawn while in review; OMS is told nothing. Where the
 * order is not open in this round, nothing changes. Returns where the order stands then, by what is
 * stored: a stored verdict beats a withdrawal.
 */
export const recordWithdrawal = async (
  pool: Pool,
  withdrawal: WithdrawalToRecord,
): Promise<Standing> => {
  const { transactionId, actor, now } = withdrawal;
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
    return findStanding(db, transactionId);
  });
};
