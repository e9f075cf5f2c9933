import { z } from 'zod';
import { type EntryKind, entryKinds, listKinds } from '../contracts/v1/lists.js';
import type { EvidenceSubject } from '../domain/evidence.js';
import { EvidenceRow, knownEvidence } from './evidence.js';
import { type Queryable, reached } from './pool.js';

/** A value as lists store it. */
export interface ListedToken {
  readonly kind: EntryKind;
  readonly token: Buffer;
}

/** A value as the evidence table stores it. */
export interface EvidencedToken {
  readonly subject: EvidenceSubject;
  readonly token: Buffer;
}

/** The tokens of an order to look up. */
export interface TokensToLookUp {
  readonly listed: readonly ListedToken[];
  readonly evidenced: readonly EvidencedToken[];
}

/**
 * One index lookup for each token. `offset 0` keeps the planner from joining all entries instead.
 */
const hits = `select e.entry_id, l.kind, l.name, s.kind as subject_kind, s.place
  from unnest($1::text[], $2::bytea[]) with ordinality as s(kind, token, place)
  cross join lateral (
    select list_name, entry_id from list_entries
    where token = s.token and subject_kind = s.kind and created_at <= $5
      and (expires_at is null or expires_at > $5) and (removed_at is null or removed_at > $5)
    offset 0
  ) e
  join lists l on l.name = e.list_name`;

export const lookUpText = `select entry_id as "hit.entry_id", kind as "hit.list_kind",
    name as "hit.list", subject_kind as "hit.subject_kind", place::integer as "hit.place",
    null::uuid as evidence_id, null as kind, null as source, null as reference,
    null as subject_kind, null::timestamptz as occurred_at
  from (${hits}) as hit
  union all
  select null, null, null, null, null, evidence_id, kind, source, reference, subject_kind,
    occurred_at
  from (${knownEvidence('$3::text[]', '$4::bytea[]', '$5::timestamptz')}) as known
  order by occurred_at desc, evidence_id, "hit.list", "hit.entry_id"`;

const HitRow = z
  .object({
    'hit.entry_id': z.string(),
    'hit.list_kind': z.enum(listKinds),
    'hit.list': z.string(),
    'hit.subject_kind': z.enum(entryKinds),
    'hit.place': z.number(),
  })
  .transform((row) => ({
    entryId: row['hit.entry_id'],
    list: row['hit.list'],
    listKind: row['hit.list_kind'],
    subjectKind: row['hit.subject_kind'],
    /** The index of the token that it matches. */
    index: row['hit.place'] - 1,
  }));
/** A live entry of a list that matches a token. */
export type HitRow = z.output<typeof HitRow>;

/** What is known of tokens. */
export interface KnownRows {
  readonly hits: readonly HitRow[];
  /** Latest first. */
  readonly evidence: readonly EvidenceRow[];
}

/**
 * The entries of lists with any of the tokens that are live at the instant, and the evidence about
 * them that was known then and is at most 180 days old.
 */
export const lookUpTokens = async (
  db: Queryable,
  { listed, evidenced }: TokensToLookUp,
  at: Date,
): Promise<KnownRows> => {
  const { rows } = await reached(
    db.query<Record<string, unknown>>({
      name: 'look-up-subjects',
      text: lookUpText,
      values: [
        listed.map(({ kind }) => kind),
        listed.map(({ token }) => token),
        evidenced.map(({ subject }) => subject),
        evidenced.map(({ token }) => token),
        at,
      ],
    }),
  );
  const isHit = (row: Record<string, unknown>): boolean => row['hit.entry_id'] !== null;
  return {
    hits: rows.filter(isHit).map((row) => HitRow.parse(row)),
    evidence: rows.filter((row) => !isHit(row)).map((row) => EvidenceRow.parse(row)),
  };
};
