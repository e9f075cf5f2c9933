import type { CaseEvidence } from '../../contracts/v1/cases.js';
import { listEvidenceOf } from '../../db/evidence.js';
import type { Queryable } from '../../db/pool.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Tokeniser } from '../ports.js';
import { evidenceSubjectsOf } from './find.js';

/**
 * What others tell of an order's subjects now, also what was told after its decision; the latest
 * first. Throws `TemporarilyUnavailable`.
 */
export const showEvidence = async (
  deps: { readonly db: Queryable; readonly tokeniser: Pick<Tokeniser, 'subjectTokens'> },
  transaction: SanitisedTransaction,
): Promise<CaseEvidence[]> => {
  const rows = await listEvidenceOf(deps.db, evidenceSubjectsOf(deps.tokeniser, transaction));
  return rows.map((row) => ({
    evidenceId: row.evidence_id,
    kind: row.kind,
    source: row.source,
    reference: row.reference,
    subject: row.subject_kind,
    weak: row.subject_kind === 'card_digits',
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    details: row.details,
  }));
};
