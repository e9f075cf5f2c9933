import { insertAudit } from '../../db/audit.js';
import { closeCase, lockOpenRound } from '../../db/cases.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { moveStatus } from '../../db/transactions.js';
import { findStanding, type Standing } from '../transactions/find-standing.js';

export interface WithdrawalToRecord {
  readonly transactionId: string;
  /** The round that it ends; whichever is open in those that an earlier version began. */
  readonly round?: number;
  readonly actor: string;
  readonly now: Date;
}

/**
 * Closes the case of an order that was withdrawn while in review; OMS is told nothing. Where the
 * order is not open in this round, nothing changes. Returns where the order stands then, by what
 * is stored: a stored verdict beats a withdrawal. Throws `TemporarilyUnavailable`.
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
