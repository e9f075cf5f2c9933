import { z } from 'zod';
import { type EntryKind, type EntryState, entryKinds, entryStates } from '../contracts/v1/lists.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const EntryRow = z.object({
  entry_id: z.string(),
  position: z.coerce.number(),
  list_name: z.string(),
  subject_kind: z.enum(entryKinds),
  key_id: z.string().nullable(),
  hint: z.string(),
  reason: z.string(),
  expires_at: z.date().nullable(),
  created_by: z.string(),
  created_at: z.date(),
  removed_by: z.string().nullable(),
  removed_at: z.date().nullable(),
  state: z.enum(entryStates),
});
export type EntryRow = z.output<typeof EntryRow>;

const stateText = `case when e.removed_at is not null then 'removed'
    when e.expires_at <= statement_timestamp() then 'expired' else 'live' end`;

const columns = `e.entry_id, e.position, e.list_name, e.subject_kind, e.key_id, e.hint, e.reason,
  e.expires_at, e.created_by, e.created_at, e.removed_by, e.removed_at, ${stateText} as state`;

/** One page of a list's entries, newest first, before `beforePosition`. */
export const listEntries = async (
  db: Queryable,
  query: {
    readonly list: string;
    readonly state?: EntryState | undefined;
    readonly keyId?: string | undefined;
    readonly beforePosition?: number | undefined;
    readonly limit: number;
  },
): Promise<EntryRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-entries',
      text: `select ${columns} from list_entries e
        where e.list_name = $1 and ($2::text is null or ${stateText} = $2)
          and ($3::text is null or e.key_id = $3) and ($4::bigint is null or e.position < $4)
        order by e.position desc limit $5`,
      values: [
        query.list,
        query.state ?? null,
        query.keyId ?? null,
        query.beforePosition ?? null,
        query.limit,
      ],
    }),
  );
  return parseRows(EntryRow, rows);
};

export const findEntry = async (
  db: Queryable,
  list: string,
  entryId: string,
): Promise<EntryRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-entry',
      text: `select ${columns} from list_entries e where e.list_name = $1 and e.entry_id = $2`,
      values: [list, entryId],
    }),
  );
  return parseRow(EntryRow, rows);
};

/**
 * Live entries of a list with any of the tokens, each with the token's index from 0. One index
 * lookup for each token; `offset 0` keeps the planner from joining all entries instead.
 */
export const findLiveByTokens = async (
  db: Queryable,
  list: string,
  subjects: readonly { readonly kind: EntryKind; readonly token: Buffer }[],
  at: Date,
): Promise<(EntryRow & { readonly index: number })[]> => {
  const { rows } = await reached(
    db.query({
      // Without a name, so that each part of an import is planned for the table as it is now. An
      // import makes it many times larger before Postgres counts it again.
      text: `select s.index::int - 1 as index, e.*
        from unnest($2::text[], $3::bytea[]) with ordinality as s(kind, token, index)
        cross join lateral (
          select ${columns} from list_entries e
          where e.token = s.token and e.subject_kind = s.kind and e.list_name = $1
            and e.removed_at is null and (e.expires_at is null or e.expires_at > $4)
          offset 0
        ) e`,
      values: [list, subjects.map(({ kind }) => kind), subjects.map(({ token }) => token), at],
    }),
  );
  return parseRows(EntryRow.extend({ index: z.number() }), rows);
};

export interface NewEntry {
  readonly entryId: string;
  readonly kind: EntryKind;
  readonly keyId: string | null;
  readonly token: Buffer;
  readonly hint: string;
  readonly reason: string;
  readonly expiresAt: Date | null;
}

/** Stores new entries of one list, each with an audit row that has no value. */
export const insertEntries = async (
  db: Queryable,
  to: { readonly list: string; readonly author: string; readonly at: Date },
  entries: readonly NewEntry[],
): Promise<EntryRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-entries',
      text: `with audited as (
          insert into audit (at, actor, action, object, details)
          select $3, $2, 'list.entry_added', 'list:' || $1, jsonb_build_object('list', $1::text,
            'entryId', g.id, 'subjectKind', g.kind)
          from unnest($4::uuid[], $5::text[]) as g(id, kind)
        ), e as (
          insert into list_entries (entry_id, list_name, created_by, created_at, subject_kind,
            key_id, token, hint, reason, expires_at)
          select g.id, $1, $2, $3, g.kind, g.key_id, g.token, g.hint, g.reason, g.expires_at
          from unnest($4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::text[], $9::text[],
            $10::timestamptz[])
            as g(id, kind, key_id, token, hint, reason, expires_at)
          returning *
        ) select ${columns} from e`,
      values: [
        to.list,
        to.author,
        to.at,
        entries.map(({ entryId }) => entryId),
        entries.map(({ kind }) => kind),
        entries.map(({ keyId }) => keyId),
        entries.map(({ token }) => token),
        entries.map(({ hint }) => hint),
        entries.map(({ reason }) => reason),
        entries.map(({ expiresAt }) => expiresAt),
      ],
    }),
  );
  return parseRows(EntryRow, rows);
};

/** Marks an entry as removed; undefined when it is unknown or was removed before. */
export const removeEntry = async (
  db: Queryable,
  list: string,
  entryId: string,
  removedBy: string,
): Promise<EntryRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'remove-entry',
      text: `update list_entries e set removed_by = $3, removed_at = clock_timestamp()
        where e.list_name = $1 and e.entry_id = $2 and e.removed_at is null
        returning ${columns}`,
      values: [list, entryId, removedBy],
    }),
  );
  return parseRow(EntryRow, rows);
};
