import type { VerdictSource } from '../../contracts/hbc/decision.js';
import { insertDeclined } from '../../db/alert-feed.js';
import { insertAudit } from '../../db/audit.js';
import { closeCase, lockOpenRound } from '../../db/cases.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { moveStatus } from '../../db/transactions.js';
import { insertVerdict } from '../../db/verdicts.js';
import { maskCardNumbers } from '../../domain/mask.js';
import type { Vault } from '../ports.js';
import { findStanding, type Standing } from '../transactions/find-standing.js';
import { sealRemarks } from './remarks.js';

export interface VerdictToRecord {
  readonly transactionId: string;
  readonly round: number;
  readonly outcome: 'accept' | 'reject';
  readonly source: VerdictSource;
  readonly reviewer: string;
  readonly remarks: string;
  readonly now: Date;
}

/**
 * Stores the verdict that won a round, closes the case and moves the transaction to `settling`; a
 * reject waits to be counted by alert rules. Insert-or-return: where the order is not open in this
 * round, nothing changes. Returns where the order stands then, by what is stored: the workflow
 * follows it, also when it remembers another verdict. Throws `TemporarilyUnavailable`.
 */
export const recordVerdict = async (
  deps: { readonly pool: Pool; readonly vault: Vault },
  verdict: VerdictToRecord,
): Promise<Standing> => {
  const { transactionId, round, now } = verdict;
  const reviewer = maskCardNumbers(verdict.reviewer);
  return inTransaction(deps.pool, async (db) => {
    if ((await lockOpenRound(db, transactionId)) !== round) return findStanding(db, transactionId);
    await insertVerdict(db, {
      transactionId,
      round,
      outcome: verdict.outcome,
      source: verdict.source,
      reviewer,
      remarks: sealRemarks(deps.vault, verdict, maskCardNumbers(verdict.remarks)),
      decidedAt: now,
    });
    await closeCase(db, transactionId, now);
    await moveStatus(db, transactionId, ['in_review', 'oms_rejected'], 'settling', now);
    if (verdict.outcome === 'reject') await insertDeclined(db, transactionId, now);
    await insertAudit(db, {
      actor: reviewer,
      action: 'verdict.recorded',
      object: transactionId,
      details: { outcome: verdict.outcome, source: verdict.source, round },
      at: now,
    });
    return { status: 'settling', outcome: verdict.outcome, round, dueAtMs: null };
  });
};
