import type { EntryKind, ListKind } from '../../contracts/v1/lists.js';
import { findHits as findHitRows } from '../../db/list-hits.js';
import type { Queryable } from '../../db/pool.js';
import { mapInTurns, partsOf } from '../turns.js';
import type { ListSubject } from './list-subjects.js';

/** A live entry that names one of the subjects asked for. */
export interface ListHit {
  readonly list: string;
  readonly listKind: ListKind;
  readonly entryId: string;
  readonly reason: string;
  readonly expiresAt: Date | null;
  readonly subjectKind: EntryKind;
}

/**
 * The entries of all lists that name one of the subjects and are live at the instant: added then
 * or before, not yet removed, and not yet expired, which an entry is from `expiresAt` itself on.
 * Asked again for the same instant it gives the same. Throws `TemporarilyUnavailable`.
 */
export const findHits = async (
  db: Queryable,
  subjects: readonly ListSubject[],
  at: Date,
): Promise<ListHit[]> => {
  if (subjects.length === 0) return [];
  const rows = await mapInTurns(partsOf(subjects), (some) => findHitRows(db, some, at));
  const hits = rows.flat().map((row) => ({
    list: row.list,
    listKind: row.list_kind,
    entryId: row.entry_id,
    reason: row.reason,
    expiresAt: row.expires_at,
    subjectKind: row.subject_kind,
  }));
  return [...new Map(hits.map((hit) => [hit.entryId, hit])).values()];
};
