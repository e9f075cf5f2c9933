import { insertAudit } from '../../db/audit.js';
import { setReminders } from '../../db/cases.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { system } from '../context.js';

/** Counts a reminder of an open case; true for the one call that counted it. */
export const remindCase = async (
  pool: Pool,
  reminder: {
    readonly transactionId: string;
    readonly round: number;
    /** Which reminder of the round this is, from 1. */
    readonly number: number;
    readonly now: Date;
  },
): Promise<boolean> =>
  inTransaction(pool, async (db) => {
    const { transactionId, round, number, now } = reminder;
    if (!(await setReminders(db, transactionId, round, number))) return false;
    await insertAudit(db, {
      actor: system.name,
      action: 'review.reminded',
      object: transactionId,
      details: { round, number },
      at: now,
    });
    return true;
  });
