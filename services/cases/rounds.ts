import { insertAudit } from '../../db/audit.js';
import { setReminders } from '../../db/cases.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { insertRefusal } from '../../db/settlements.js';
import { type Context, system } from '../context.js';
import { sealOmsReason } from './sealed-texts.js';

interface Refusal {
  readonly transactionId: string;
  readonly banner: string;
  /** The round that begins with this refusal. */
  readonly round: number;
  readonly action: 'process' | 'cancel';
  /** HTTP status with which OMS refused; null when it is not known. */
  readonly omsStatus: number | null;
  /** OMS's reason as plain text without card numbers; stored sealed only. */
  readonly omsReason: string | null;
  readonly dueAt: Date;
}

/**
 * Reopens the review of a transaction that OMS refused to settle, as `oms_rejected`. A second run
 * for the same round changes nothing.
 */
export const reopenCase = (
  { db, vault, now }: Context<'vault' | 'now'>,
  refusal: Refusal,
): Promise<void> => {
  const { transactionId, banner, round, action, omsStatus, dueAt } = refusal;
  const omsReason = sealOmsReason(vault, refusal, refusal.omsReason);
  return insertRefusal(
    db,
    { banner, round, dueAt, omsStatus, omsReason },
    {
      actor: system.name,
      action: 'settlement.refused',
      object: transactionId,
      details: { action, omsStatus, round },
      at: now,
    },
  );
};

/** Counts a reminder of an open case. True only for the call that counted it. */
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
