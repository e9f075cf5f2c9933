import { insertAudit } from '../../db/audit.js';
import { deleteOwedFeedback } from '../../db/owed-feedback.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { system } from '../ports.js';

/**
 * Notes in the transaction's timeline what came of telling Sardine how it ended; nothing more is
 * owed then. Throws `TemporarilyUnavailable`.
 */
export const recordFeedback = async (
  pool: Pool,
  feedback: {
    readonly transactionId: string;
    readonly outcome: 'approved' | 'declined';
    readonly result: 'sent' | 'given_up';
    readonly now: Date;
  },
): Promise<void> =>
  inTransaction(pool, async (db) => {
    await insertAudit(db, {
      actor: system.name,
      action: `feedback.${feedback.result}`,
      object: feedback.transactionId,
      details: { partner: 'sardine', outcome: feedback.outcome },
      at: feedback.now,
    });
    await deleteOwedFeedback(db, feedback.transactionId);
  });
