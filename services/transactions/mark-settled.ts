import { insertAudit } from '../../db/audit.js';
import { insertOwedFeedback } from '../../db/owed-feedback.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { moveStatus } from '../../db/transactions.js';
import { system } from '../ports.js';

export type SettlementAction = 'process' | 'cancel';

/**
 * Notes that OMS has processed or cancelled the order, and that Sardine is to be told. A second run
 * changes nothing; true for the call that noted it. Throws `TemporarilyUnavailable`.
 */
export const markSettled = async (
  pool: Pool,
  transactionId: string,
  action: SettlementAction,
  now: Date,
): Promise<boolean> =>
  inTransaction(pool, async (db) => {
    const to = action === 'process' ? 'processed' : 'cancelled';
    if (!(await moveStatus(db, transactionId, ['settling'], to, now))) return false;
    await insertAudit(db, {
      actor: system.name,
      action: 'settlement.done',
      object: transactionId,
      details: { action },
      at: now,
    });
    await insertOwedFeedback(db, transactionId, now);
    return true;
  });
