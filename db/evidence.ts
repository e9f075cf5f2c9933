import { z } from 'zod';
import {
  type EvidenceKind,
  type EvidenceSubject,
  evidenceKinds,
  evidenceSubjects,
} from '../domain/evidence.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** Rows read for one subject, latest first; rules need a few. */
const rowsMax = 200;

/** Evidence about a store expires after a day, as its visitors change. */
const storeHours = 24;

/** Stores have too much evidence to scan all of it. */
const storeSince = (instant: string): string =>
  `case s.kind when 'store' then ${instant} - interval '${storeHours} hours' else '-infinity' end`;

/**
 * Selects the evidence about any of the tokens that was known at the instant; the arguments are SQL
 * expressions. One index lookup for each token. Evidence that was recorded later, or withdrawn
 * before, was not known.
 */
export const knownEvidence = (kinds: string, tokens: string, at: string): string =>
  `select distinct e.evidence_id, e.kind, e.source, e.reference, s.kind as subject_kind,
    e.occurred_at
  from unnest(${kinds}, ${tokens}) as s(kind, token)
  cross join lateral (
    select evidence_id, kind, source, reference, occurred_at from evidence
    where token = s.token and subject_kind = s.kind and recorded_at <= ${at}
      and (withdrawn_at is null or withdrawn_at > ${at})
      and occurred_at > ${at} - interval '${180 * 24} hours'
      and recorded_at > ${storeSince(at)}
    order by recorded_at desc limit ${rowsMax}
  ) e`;

export const EvidenceRow = z.object({
  evidence_id: z.string(),
  kind: z.enum(evidenceKinds),
  source: z.string(),
  reference: z.string(),
  subject_kind: z.enum(evidenceSubjects),
  occurred_at: z.date(),
});
export type EvidenceRow = z.output<typeof EvidenceRow>;

export interface NewEvidence {
  readonly evidenceId: string;
  readonly kind: EvidenceKind;
  readonly source: string;
  /** The source's id: a repeat with the same reference is stored once. */
  readonly reference: string;
  readonly subject: EvidenceSubject;
  readonly keyId: string;
  readonly token: Buffer;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  /** Ids and flags; never personal data. */
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Stores evidence and returns the ids of new rows. Existing evidence of the same source, reference
 * and subject stays as it is.
 */
export const insertEvidence = async (
  db: Queryable,
  given: readonly NewEvidence[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-evidence',
      text: `insert into evidence (evidence_id, kind, source, reference, subject_kind, key_id,
          token, occurred_at, recorded_at, details)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
          $6::text[], $7::bytea[], $8::timestamptz[], $9::timestamptz[], $10::jsonb[])
        on conflict do nothing returning evidence_id`,
      values: [
        given.map(({ evidenceId }) => evidenceId),
        given.map(({ kind }) => kind),
        given.map(({ source }) => source),
        given.map(({ reference }) => reference),
        given.map(({ subject }) => subject),
        given.map(({ keyId }) => keyId),
        given.map(({ token }) => token),
        given.map(({ occurredAt }) => occurredAt),
        given.map(({ recordedAt }) => recordedAt),
        given.map(({ details }) => toJson(details)),
      ],
    }),
  );
  return new Set(
    parseRows(z.object({ evidence_id: z.string() }), rows).map((row) => row.evidence_id),
  );
};

const RecordedEvidenceRow = EvidenceRow.extend({
  recorded_at: z.date(),
  details: z.record(z.string(), z.unknown()),
});
export type RecordedEvidenceRow = z.output<typeof RecordedEvidenceRow>;

/**
 * The present evidence about an order's subjects, whenever recorded, latest first; without that
 * from the order's own label.
 */
export const listEvidenceOf = async (
  db: Queryable,
  transactionId: string,
  subjects: readonly { readonly subject: EvidenceSubject; readonly token: Buffer }[],
): Promise<RecordedEvidenceRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-evidence-of',
      text: `select distinct e.*, s.kind as subject_kind
        from (select (select received_at from transactions where transaction_id = $3))
          as own(received_at)
        cross join unnest($1::text[], $2::bytea[]) as s(kind, token)
        cross join lateral (
          select evidence_id, kind, source, reference, occurred_at, recorded_at, details
          from evidence
          where token = s.token and subject_kind = s.kind and withdrawn_at is null
            and not (source = 'label' and details ->> 'transactionId' = $3)
            and recorded_at > ${storeSince('own.received_at')}
            and (s.kind <> 'store' or (recorded_at < own.received_at + interval '1 hour'
              and occurred_at > own.received_at - interval '${storeHours} hours'))
          order by recorded_at desc limit ${rowsMax}
        ) e
        order by e.occurred_at desc, e.evidence_id limit ${rowsMax}`,
      values: [
        subjects.map(({ subject }) => subject),
        subjects.map(({ token }) => token),
        transactionId,
      ],
    }),
  );
  return parseRows(RecordedEvidenceRow, rows);
};
