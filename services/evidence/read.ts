import type { CaseEvidence } from '../../contracts/v1/cases.js';
import { findEvidenceRows, listEvidenceOf } from '../../db/evidence.js';
import { type Evidence, isWeak } from '../../domain/evidence.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context } from '../context.js';
import { evidenceSubjectsOf } from './subjects.js';

/**
 * What others and other orders tell of an order's subjects now, also what was told after its
 * decision; the latest first. What the order's own label tells is no news about it and left out.
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
 * What others had told of the order's subjects when it was received: recorded then or before, not
 * withdrawn by then, and no older than 180 days. Asked again for the same instant it gives the
 * same.
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
