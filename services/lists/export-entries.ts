import type { EntryState, ListEntry } from '../../contracts/v1/lists.js';
import type { Queryable } from '../../db/pool.js';
import { printCsv } from '../../domain/csv.js';
import { listEntries, readEntryCursor } from './list-entries.js';

const columns = [
  'kind',
  'value',
  'reason',
  'expires_at',
  'state',
  'author',
  'created_at',
  'removed_by',
  'removed_at',
  'key_id',
  'entry_id',
] as const;

/** Few enough to be read well within a statement's time, and to hold in memory. */
const pageSize = 1000;

const cellsOf = (entry: ListEntry): string[] => [
  entry.kind,
  entry.hint,
  entry.reason,
  entry.expiresAt ?? '',
  entry.state,
  entry.author,
  entry.createdAt,
  entry.removedBy ?? '',
  entry.removedAt ?? '',
  entry.keyId ?? '',
  entry.entryId,
];

/**
 * A list's entries as CSV, newest first, a page at a time; of personal values their hints only.
 * The first piece is the header. Gives nothing when there is no such list.
 */
export async function* exportEntries(
  db: Queryable,
  query: { readonly list: string; readonly state?: EntryState | undefined },
): AsyncGenerator<string, void> {
  let cursor: string | null | undefined;
  do {
    const beforePosition = cursor === undefined ? undefined : readEntryCursor(cursor ?? '');
    const page = await listEntries(db, { ...query, beforePosition, limit: pageSize });
    if (page === undefined) return;
    const rows = page.entries.map(cellsOf);
    yield printCsv(cursor === undefined ? [columns, ...rows] : rows);
    cursor = page.nextCursor;
  } while (cursor !== null);
}
