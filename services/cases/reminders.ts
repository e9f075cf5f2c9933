import { insertAudit } from '../../db/audit.js';
import { setReminders } from '../../db/cases.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { type Context, system } from '../context.js';

/** Counts a reminder of an open case; true for the one call that counted it. */
export const remindCase = async (
  { db: pool, now }: Context<'now', Pool>,
  reminder: {
    readonly transactionId: string;
    readonly round: number;
    /** Which reminder of the round this is, from 1. */
    readonly number: number;
  },
): Promise<boolean> =>
  inTransaction(pool, async (db) => {
    const { transactionId, round, number } = reminder;
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
