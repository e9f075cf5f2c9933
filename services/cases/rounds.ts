import { insertAudit } from '../../db/audit.js';
import { reopenCase as reopenCaseRow, setReminders } from '../../db/cases.js';
import { findDecision } from '../../db/decisions.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { moveStatus } from '../../db/transactions.js';
import { type Context, system } from '../context.js';
import { sealOmsReason } from './sealed-texts.js';

interface Refusal {
  readonly transactionId: string;
  readonly banner: string;
  /** The round that begins with this refusal. */
  readonly round: number;
  readonly action: 'process' | 'cancel';
  /** HTTP status with which OMS refused. */
  readonly omsStatus: number;
  /** OMS's reason as plain text without card numbers; stored sealed only. */
  readonly omsReason: string | null;
  readonly dueAt: Date;
}

/**
 * Reopens the review of a transaction that OMS refused to settle, as `oms_rejected`. A second run
 * for the same round changes nothing.
 */
export const reopenCase = async (
  context: Context<'vault' | 'now', Pool>,
  refusal: Refusal,
): Promise<void> => {
  const { now } = context;
  const { transactionId } = refusal;
  await inTransaction(context.db, async (db) => {
    if (!(await moveStatus(db, transactionId, ['settling'], 'oms_rejected', now))) return;
    const decision = await findDecision(db, transactionId);
    if (decision === undefined) throw new Error('the transaction has no decision yet');
    await reopenCaseRow(db, {
      caseId: decision.cross_reference,
      transactionId,
      banner: refusal.banner,
      priority: decision.priority,
      totalScore: decision.total_score,
      openedAt: now,
      dueAt: refusal.dueAt,
      round: refusal.round,
      omsStatus: refusal.omsStatus,
      omsReason: sealOmsReason(context.vault, refusal, refusal.omsReason),
    });
    await insertAudit(db, {
      actor: system.name,
      action: 'settlement.refused',
      object: transactionId,
      details: { action: refusal.action, omsStatus: refusal.omsStatus, round: refusal.round },
      at: now,
    });
  });
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
