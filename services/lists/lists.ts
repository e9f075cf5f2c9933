import { z } from 'zod';
import type {
  AddedEntry,
  EntryPage,
  EntryState,
  EntryToAdd,
  List,
  ListEntry,
  NewList,
} from '../../contracts/v1/lists.js';
import { insertAudit } from '../../db/audit.js';
import {
  findEntry,
  listEntries as listEntryRows,
  removeEntry as removeRow,
} from '../../db/list-entries.js';
import { findList, insertList, listLists as listRows, type ListRow } from '../../db/lists.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { isProblem } from '../../domain/lists/read-value.js';
import type { Actor, Context } from '../context.js';
import { printCursor, readCursor } from '../cursor.js';
import { propose, type Proposed } from '../proposals/propose.js';
import { mapInTurns } from '../turns.js';
import {
  type EntryFault,
  placeEntries,
  type PreparedEntry,
  prepareEntry,
  printPrepared,
  storePrepared,
  viewEntry,
} from './prepared.js';

/** A list as the API shows it. */
const viewList = (row: ListRow): List => ({
  name: row.name,
  kind: row.kind,
  valueKind: row.value_kind,
  description: row.description,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
});

/** Every list, by name. */
export const listLists = async ({ db }: Context): Promise<List[]> =>
  (await listRows(db)).map(viewList);

export type CreatedList =
  | { readonly kind: 'created' | 'repeated'; readonly list: List }
  /** A list of this name holds values of another kind. */
  | { readonly kind: 'name_taken' };

/** Creates a list of values. A repeat returns the list as it is and writes nothing. */
export const createList = async (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  given: NewList,
): Promise<CreatedList> =>
  inTransaction(pool, async (db) => {
    const row = await insertList(db, {
      name: given.name,
      value_kind: given.valueKind,
      description: maskReason(given.description),
      created_by: actor.name,
      created_at: now,
    });
    if (row === undefined) {
      const there = await findList(db, given.name);
      return there?.value_kind === given.valueKind
        ? { kind: 'repeated', list: viewList(there) }
        : { kind: 'name_taken' };
    }
    await insertAudit(db, {
      actor: actor.name,
      action: 'list.created',
      object: `list:${given.name}`,
      details: { list: given.name, subjectKind: given.valueKind },
      at: now,
    });
    return { kind: 'created', list: viewList(row) };
  });

const Cursor = z.object({ position: z.int().min(1) });

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
export const readEntryCursor = (cursor: string): number | undefined =>
  readCursor(Cursor, cursor)?.position;

/**
 * One page of a list's entries, newest first; undefined when there is no such list. Writes to one
 * list are serialised, so no page skips or repeats an entry.
 */
export const listEntries = async (
  { db }: Context,
  query: {
    readonly list: string;
    readonly state?: EntryState | undefined;
    readonly keyId?: string | undefined;
    readonly beforePosition: number | undefined;
    readonly limit: number;
  },
): Promise<EntryPage | undefined> => {
  if ((await findList(db, query.list)) === undefined) return undefined;
  const rows = await listEntryRows(db, { ...query, limit: query.limit + 1 });
  const shown = rows.slice(0, query.limit);
  const position = shown.at(-1)?.position;
  return {
    entries: shown.map(viewEntry),
    nextCursor: rows.length > query.limit ? printCursor({ position }) : null,
  };
};

export type AddedEntries =
  | { readonly kind: 'added'; readonly results: readonly AddedEntry[] }
  | { readonly kind: 'unknown_list' }
  /** With four eyes, an entry on `allow` waits for another person. */
  | Proposed
  /** Nothing was written. */
  | { readonly kind: 'refused'; readonly faults: readonly EntryFault[] };

/**
 * The context for adding entries; `fourEyes` says whether entries on `allow` need another person.
 */
export type AddContext = Context<'vault' | 'tokeniser' | 'actor', Pool> & {
  readonly fourEyes: boolean;
};

/** Proposes entries. If all of them are live already, returns them as they are. */
const proposeEntries = async (
  db: Queryable,
  actor: Actor,
  list: string,
  entries: readonly PreparedEntry[],
): Promise<AddedEntries> => {
  const { at, faults, fresh } = await placeEntries({ db }, list, entries);
  if (faults.length > 0) return { kind: 'refused', faults };
  if (fresh.length === 0) return storePrepared({ db }, { list, author: actor.name }, entries);
  const change = printPrepared(list, entries);
  const reason = entries[0]?.reason ?? '';
  const object = `list:${list}`;
  return propose({ db, actor, now: at }, { kind: 'list_entries', object, change, reason });
};

/**
 * Adds entries to a list, all or none, each with an audit row that has no value. A live entry is
 * returned as it is. Writes to one list are serialised, so concurrent equal entries become one.
 * `storeWith` stores what belongs to them in their database transaction; not when they are refused.
 */
export const addEntries = async (
  context: AddContext,
  list: string,
  given: readonly EntryToAdd[],
  storeWith?: (db: Queryable) => Promise<void>,
): Promise<AddedEntries> => {
  const { actor } = context;
  const row = await findList(context.db, list);
  if (row === undefined) return { kind: 'unknown_list' };
  const entries: PreparedEntry[] = [];
  const faults: EntryFault[] = [];
  await mapInTurns(given.entries(), async ([index, entry]) => {
    const prepared = await prepareEntry(context, row, entry);
    if (isProblem(prepared)) faults.push({ ...prepared, index });
    else entries.push(prepared);
  });
  if (faults.length > 0) return { kind: 'refused', faults };
  return inTransaction(context.db, async (db) => {
    const added = await (context.fourEyes && row.kind === 'allow'
      ? proposeEntries(db, actor, list, entries)
      : storePrepared({ db }, { list, author: actor.name }, entries));
    if (added.kind !== 'refused') await storeWith?.(db);
    return added;
  });
};

interface EntryToRemove {
  readonly list: string;
  readonly entryId: string;
  /** The reason for the audit trail. */
  readonly reason: string;
}

/**
 * Removes an entry. It is kept, with who removed it and when, but matches no order received from
 * then on. An entry removed before is returned as it is; undefined when there is none.
 */
export const removeEntry = async (
  { db: pool, actor }: Context<'actor', Pool>,
  { list, entryId, reason }: EntryToRemove,
): Promise<ListEntry | undefined> =>
  inTransaction(pool, async (db) => {
    const removed = await removeRow(db, list, entryId, actor.name);
    if (removed === undefined) {
      const there = await findEntry(db, list, entryId);
      return there && viewEntry(there);
    }
    await insertAudit(db, {
      actor: actor.name,
      action: 'list.entry_removed',
      object: `list:${list}`,
      details: {
        list,
        entryId,
        subjectKind: removed.subject_kind,
        reason: maskReason(reason),
      },
      at: removed.removed_at ?? removed.created_at,
    });
    return viewEntry(removed);
  });
