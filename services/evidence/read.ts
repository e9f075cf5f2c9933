import type { CaseEvidence } from '../../contracts/v1/cases.js';
import { findEvidenceRows, listEvidenceOf } from '../../db/evidence.js';
import { type Evidence, isWeak } from '../../domain/evidence.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context } from '../context.js';
import { evidenceSubjectsOf } from './subjects.js';

/**
 * The present evidence about an order's subjects, also from after its decision; latest first.
 * Leaves out evidence from the order's own label.
 */
export const showEvidence = async (
  context: Context<'tokeniser'>,
  transactionId: string,
  transaction: SanitisedTransaction,
): Promise<CaseEvidence[]> => {
  const subjects = await evidenceSubjectsOf(context.tokeniser, transaction);
  const rows = await listEvidenceOf(context.db, transactionId, subjects);
  return rows.map((row) => ({
    evidenceId: row.evidence_id,
    kind: row.kind,
    source: row.source,
    reference: row.reference,
    subject: row.subject_kind,
    weak: isWeak(row.subject_kind),
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    details: row.details,
  }));
};

/**
 * The evidence about the order's subjects when it was received: recorded by then, not withdrawn by
 * then, and at most 180 days old. A repeat for the same instant gives the same result.
 */
export const findEvidence = async (
  context: Context<'tokeniser'>,
  transaction: SanitisedTransaction,
  receivedAt: Date,
): Promise<Evidence[]> => {
  const subjects = await evidenceSubjectsOf(context.tokeniser, transaction);
  const rows = await findEvidenceRows(context.db, subjects, receivedAt);
  return rows.map((row) => ({
    evidenceId: row.evidence_id,
    kind: row.kind,
    source: row.source,
    reference: row.reference,
    subject: row.subject_kind,
    occurredAtMs: row.occurred_at.getTime(),
  }));
};
