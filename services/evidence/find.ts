import { findEvidenceRows } from '../../db/evidence.js';
import type { Queryable } from '../../db/pool.js';
import type { Evidence, EvidenceSubject } from '../../domain/evidence.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Tokeniser } from '../ports.js';
import { subjectTokensOf } from './subject-tokens.js';

/** A subject as the evidence table holds it, under one of the keys that are live. */
export interface EvidenceToken {
  readonly subject: EvidenceSubject;
  readonly keyId: string;
  readonly token: Buffer;
}

/**
 * Everything of an order that evidence may be about, under every live key and as earlier versions
 * of the normaliser spelt it: what is read is looked for under all of them.
 */
export const evidenceSubjectsOf = async (
  tokeniser: Pick<Tokeniser, 'subjectTokens'>,
  transaction: SanitisedTransaction,
): Promise<EvidenceToken[]> =>
  (await subjectTokensOf(tokeniser, transaction)).flatMap(({ subject, tokens, earlier = [] }) =>
    [tokens, ...earlier].flatMap((some) =>
      Object.entries(some).map(([keyId, token]) => ({ subject, keyId, token })),
    ),
  );

/**
 * What others had told of the order's subjects when it was received: recorded then or before, not
 * withdrawn by then, and no older than 180 days. Asked again for the same instant it gives the
 * same. Throws `TemporarilyUnavailable`.
 */
export const findEvidence = async (
  deps: { readonly db: Queryable; readonly tokeniser: Pick<Tokeniser, 'subjectTokens'> },
  transaction: SanitisedTransaction,
  receivedAt: Date,
): Promise<Evidence[]> => {
  const subjects = await evidenceSubjectsOf(deps.tokeniser, transaction);
  const rows = await findEvidenceRows(deps.db, subjects, receivedAt);
  return rows.map((row) => ({
    evidenceId: row.evidence_id,
    kind: row.kind,
    source: row.source,
    reference: row.reference,
    subject: row.subject_kind,
    occurredAtMs: row.occurred_at.getTime(),
  }));
};
