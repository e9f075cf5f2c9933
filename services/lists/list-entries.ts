import { z } from 'zod';
import type { EntryPage, EntryState } from '../../contracts/v1/lists.js';
import { listEntries as listRows } from '../../db/list-entries.js';
import { findList } from '../../db/lists.js';
import type { Queryable } from '../../db/pool.js';
import { printCursor, readCursor } from '../cursor.js';
import { viewEntry } from './view-entry.js';

const Cursor = z.object({ position: z.int().min(1) });

/** Reads a cursor that an earlier page gave; undefined when it is not one. */
export const readEntryCursor = (cursor: string): number | undefined =>
  readCursor(Cursor, cursor)?.position;

/**
 * One page of a list's entries, newest first; undefined when there is no such list. Writers of one
 * list go one after the other, so no page skips or repeats an entry.
 */
export const listEntries = async (
  db: Queryable,
  query: {
    readonly list: string;
    readonly state?: EntryState | undefined;
    readonly keyId?: string | undefined;
    readonly beforePosition: number | undefined;
    readonly limit: number;
  },
): Promise<EntryPage | undefined> => {
  if ((await findList(db, query.list)) === undefined) return undefined;
  const rows = await listRows(db, { ...query, limit: query.limit + 1 });
  const shown = rows.slice(0, query.limit);
  const position = shown.at(-1)?.position;
  return {
    entries: shown.map(viewEntry),
    nextCursor: rows.length > query.limit ? printCursor({ position }) : null,
  };
};
