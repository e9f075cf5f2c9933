import { z } from 'zod';
import {
  type EvidenceKind,
  type EvidenceSubject,
  evidenceKinds,
  evidenceSubjects,
} from '../domain/evidence.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** Rows of one subject that are looked at, the latest first; rules ask for a few. */
const rowsMax = 200;

/**
 * One look into an index for each token. What was recorded later, or withdrawn before, was not
 * known at the instant.
 */
export const findEvidenceText = `select distinct e.evidence_id, e.kind, e.source,
    s.kind as subject_kind, e.occurred_at
  from unnest($1::text[], $2::bytea[]) as s(kind, token)
  cross join lateral (
    select evidence_id, kind, source, occurred_at from evidence
    where token = s.token and subject_kind = s.kind and recorded_at <= $3
      and (withdrawn_at is null or withdrawn_at > $3)
      and occurred_at > $3::timestamptz - interval '${180 * 24} hours'
    order by recorded_at desc limit ${rowsMax}
  ) e
  order by e.occurred_at desc, e.evidence_id`;

const EvidenceRow = z.object({
  evidence_id: z.string(),
  kind: z.enum(evidenceKinds),
  source: z.string(),
  subject_kind: z.enum(evidenceSubjects),
  occurred_at: z.date(),
});
export type EvidenceRow = z.output<typeof EvidenceRow>;

/** What was known of the subjects at the instant and happened in the 180 days before. */
export const findEvidenceRows = async (
  db: Queryable,
  subjects: readonly { readonly subject: EvidenceSubject; readonly token: Buffer }[],
  at: Date,
): Promise<EvidenceRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-evidence',
      text: findEvidenceText,
      values: [subjects.map(({ subject }) => subject), subjects.map(({ token }) => token), at],
    }),
  );
  return parseRows(EvidenceRow, rows);
};

export interface NewEvidence {
  readonly evidenceId: string;
  readonly kind: EvidenceKind;
  readonly source: string;
  /** What the source knows it by: the same thing told twice is kept once. */
  readonly reference: string;
  readonly subject: EvidenceSubject;
  readonly keyId: string;
  readonly token: Buffer;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  /** Ids and flags; never personal data. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Stores evidence; false when its source has told it of this subject before. */
export const insertEvidence = async (db: Queryable, row: NewEvidence): Promise<boolean> => {
  const result = await reached(
    db.query({
      name: 'insert-evidence',
      text: `insert into evidence (evidence_id, kind, source, reference, subject_kind, key_id,
          token, occurred_at, recorded_at, details)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
      values: [
        row.evidenceId,
        row.kind,
        row.source,
        row.reference,
        row.subject,
        row.keyId,
        row.token,
        row.occurredAt,
        row.recordedAt,
        JSON.stringify(row.details),
      ],
    }),
  );
  return result.rowCount === 1;
};

/** Deletes evidence that was recorded before an instant, some at a time; gives how much. */
export const deleteEvidence = async (
  db: Queryable,
  before: Date,
  limit: number,
): Promise<number> => {
  const result = await reached(
    db.query({
      name: 'delete-evidence',
      text: `delete from evidence where evidence_id in (
          select evidence_id from evidence where recorded_at < $1 order by recorded_at limit $2
        )`,
      values: [before, limit],
    }),
  );
  return result.rowCount ?? 0;
};

const ToldRow = EvidenceRow.extend({
  reference: z.string(),
  recorded_at: z.date(),
  details: z.record(z.string(), z.unknown()),
});
export type ToldRow = z.output<typeof ToldRow>;

/** Evidence of the subjects as it stands now, whenever it was recorded, the latest first. */
export const listEvidenceOf = async (
  db: Queryable,
  subjects: readonly { readonly subject: EvidenceSubject; readonly token: Buffer }[],
): Promise<ToldRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-evidence-of',
      text: `select distinct e.*, s.kind as subject_kind
        from unnest($1::text[], $2::bytea[]) as s(kind, token)
        cross join lateral (
          select evidence_id, kind, source, reference, occurred_at, recorded_at, details
          from evidence
          where token = s.token and subject_kind = s.kind and withdrawn_at is null
          order by recorded_at desc limit ${rowsMax}
        ) e
        order by e.occurred_at desc, e.evidence_id limit ${rowsMax}`,
      values: [subjects.map(({ subject }) => subject), subjects.map(({ token }) => token)],
    }),
  );
  return parseRows(ToldRow, rows);
};

/** Open cases of an account, from its index of orders. */
export const openCasesOfAccountText = `select c.transaction_id from order_history h
  join cases c on c.transaction_id = h.transaction_id
  where h.account = any($1::bytea[]) and c.status = 'open' limit ${rowsMax}`;

/** Open cases of a card's digits; last four digits are the rarer half. */
export const openCasesOfDigitsText = `select c.transaction_id from order_card_digits d
  join cases c on c.transaction_id = d.transaction_id
  where d.last4 = $2 and d.bin = $1 and c.status = 'open' limit ${rowsMax}`;

const OpenCase = z.object({ transaction_id: z.string() });

/** Transactions of an account, by its tokens under every live key, whose case is open. */
export const listOpenCasesOfAccount = async (
  db: Queryable,
  tokens: readonly Buffer[],
): Promise<string[]> => {
  const { rows } = await reached(
    db.query({ name: 'open-cases-of-account', text: openCasesOfAccountText, values: [tokens] }),
  );
  return parseRows(OpenCase, rows).map((row) => row.transaction_id);
};

/** Transactions paid with such a card whose case is open. */
export const listOpenCasesOfDigits = async (
  db: Queryable,
  { bin6, last4 }: { readonly bin6: string; readonly last4: string },
): Promise<string[]> => {
  const { rows } = await reached(
    db.query({
      name: 'open-cases-of-digits',
      text: openCasesOfDigitsText,
      values: [bin6, last4],
    }),
  );
  return parseRows(OpenCase, rows).map((row) => row.transaction_id);
};
