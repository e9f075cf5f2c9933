import type { ApiError } from '../../contracts/errors.js';
import type { EntryImportResult, EntryState, ListEntry } from '../../contracts/v1/lists.js';
import { findList } from '../../db/lists.js';
import { printCsv } from '../../domain/csv.js';
import { faultOfLine, importedLinesOf, openImport } from '../../domain/lists/import-lines.js';
import type { Context } from '../context.js';
import type { Proposed } from '../proposals/propose.js';
import { mapInTurns } from '../turns.js';
import { type AddContext, addEntries, listEntries, readEntryCursor } from './lists.js';

/** The first faults suffice. */
const faultsMax = 100;

export type ImportedEntries =
  | { readonly kind: 'imported'; readonly result: EntryImportResult }
  | { readonly kind: 'unknown_list' }
  | Proposed
  /** By line; nothing was written. */
  | { readonly kind: 'refused'; readonly faults: readonly ApiError[] };

/** Adds the entries of a CSV text, all or none. */
export const importEntries = async (
  context: AddContext,
  list: string,
  csv: string,
): Promise<ImportedEntries> => {
  const { actor } = context;
  const row = await findList(context.db, list);
  if (row === undefined) return { kind: 'unknown_list' };
  const opened = openImport(csv, row.value_kind);
  if (!opened.ok) return { kind: 'refused', faults: opened.faults };
  const read = importedLinesOf(await mapInTurns(opened.lines, (line) => line));
  if (!read.ok) return { kind: 'refused', faults: read.faults };
  const entries = read.lines.map(({ entry }) => entry);
  const outcome = await addEntries({ ...context, actor }, list, entries);
  switch (outcome.kind) {
    case 'unknown_list':
    case 'proposed':
      return outcome;
    case 'refused': {
      const faults = outcome.faults.slice(0, faultsMax).map(({ index, field, code, message }) =>
        faultOfLine(read.lines[index]?.line ?? 0, {
          error: code,
          message: `$.${field} ${message}`,
        }),
      );
      return { kind: 'refused', faults };
    }
    case 'added': {
      const added = outcome.results.filter((result) => result.added).length;
      const repeated = outcome.results.length - added;
      return { kind: 'imported', result: { added, repeated } };
    }
    default:
      return outcome satisfies never;
  }
};

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

/** Few enough for one statement's time limit and for memory. */
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
 * Exports a list's entries as CSV, newest first, a page at a time; personal values only as hints.
 * The first piece has the header. Yields nothing when there is no such list.
 */
export async function* exportEntries(
  { db }: Context,
  query: { readonly list: string; readonly state?: EntryState | undefined },
): AsyncGenerator<string, void> {
  let cursor: string | null | undefined;
  do {
    const beforePosition = cursor === undefined ? undefined : readEntryCursor(cursor ?? '');
    const page = await listEntries({ db }, { ...query, beforePosition, limit: pageSize });
    if (page === undefined) return;
    const rows = page.entries.map(cellsOf);
    yield printCsv(cursor === undefined ? [columns, ...rows] : rows);
    cursor = page.nextCursor;
  } while (cursor !== null);
}
