import { insertAudit } from '../../db/audit.js';
import { closeCase } from '../../db/cases.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { moveStatus } from '../../db/transactions.js';

/**
 * Closes the case of an order that was withdrawn while in review; OMS is told nothing. A second
 * run changes nothing.
 */
export const recordWithdrawal = async (
  pool: Pool,
  withdrawal: { readonly transactionId: string; readonly actor: string; readonly now: Date },
): Promise<void> => {
  const { transactionId, actor, now } = withdrawal;
  await inTransaction(pool, async (db) => {
    const from = ['in_review', 'oms_rejected'] as const;
    if (!(await moveStatus(db, transactionId, from, 'withdrawn', now))) return;
    await closeCase(db, transactionId, now);
    await insertAudit(db, {
      actor,
      action: 'transaction.withdrawn',
      object: transactionId,
      at: now,
    });
  });
};
