import { z } from 'zod';
import { type EntryKind, entryKinds, listKinds } from '../contracts/v1/lists.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/**
 * One index lookup for each token. `offset 0` keeps the planner from joining all entries instead.
 */
export const findHitsText = `select l.name as list, l.kind as list_kind, e.entry_id, e.reason,
    e.expires_at, s.kind as subject_kind
  from unnest($1::text[], $2::bytea[]) as s(kind, token)
  cross join lateral (
    select list_name, entry_id, reason, expires_at from list_entries
    where token = s.token and subject_kind = s.kind and created_at <= $3
      and (expires_at is null or expires_at > $3) and (removed_at is null or removed_at > $3)
    offset 0
  ) e
  join lists l on l.name = e.list_name
  order by l.name, e.entry_id`;

const HitRow = z.object({
  list: z.string(),
  list_kind: z.enum(listKinds),
  entry_id: z.string(),
  reason: z.string(),
  expires_at: z.date().nullable(),
  subject_kind: z.enum(entryKinds),
});
export type HitRow = z.output<typeof HitRow>;

/** Entries with any of the tokens that are live at the instant. */
export const findHits = async (
  db: Queryable,
  subjects: readonly { readonly kind: EntryKind; readonly token: Buffer }[],
  at: Date,
): Promise<HitRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-list-hits',
      text: findHitsText,
      values: [subjects.map(({ kind }) => kind), subjects.map(({ token }) => token), at],
    }),
  );
  return parseRows(HitRow, rows);
};
