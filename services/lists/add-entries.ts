import type { AddedEntry, EntryToAdd } from '../../contracts/v1/lists.js';
import { findList } from '../../db/lists.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { isProblem } from '../../domain/lists/read-value.js';
import type { Actor, Tokeniser, Vault } from '../ports.js';
import { mapInTurns } from '../turns.js';
import { propose, type Proposed } from '../proposals/propose.js';
import { type PreparedEntry, prepareEntry } from './prepare-entry.js';
import { printPrepared } from './prepared-entries.js';
import { type EntryFault, placeEntries, storePrepared } from './store-prepared.js';

export type AddedEntries =
  | { readonly kind: 'added'; readonly results: readonly AddedEntry[] }
  | { readonly kind: 'unknown_list' }
  /** Where four eyes are, an entry on `allow` waits for another person. */
  | Proposed
  /** Nothing was written. */
  | { readonly kind: 'refused'; readonly faults: readonly EntryFault[] };

export interface AddDeps {
  readonly pool: Pool;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly fourEyes: boolean;
}

/** Proposes entries; those that are all live already are answered as they stand. */
const proposeEntries = async (
  db: Queryable,
  actor: Actor,
  list: string,
  entries: readonly PreparedEntry[],
): Promise<AddedEntries> => {
  const { at, faults, fresh } = await placeEntries(db, list, entries);
  if (faults.length > 0) return { kind: 'refused', faults };
  if (fresh.length === 0) return storePrepared(db, { list, author: actor.name }, entries);
  const change = printPrepared(list, entries);
  const reason = entries[0]?.reason ?? '';
  const object = `list:${list}`;
  return propose(db, actor, { kind: 'list_entries', object, change, reason, now: at });
};

/**
 * Adds entries to a list, all or none, with an audit row for each that tells no value. One that is
 * live already is answered as it stands. Writers of one list go one after the other, so equal
 * entries at one moment become one. Throws `TemporarilyUnavailable`.
 */
export const addEntries = async (
  deps: AddDeps,
  actor: Actor,
  list: string,
  given: readonly EntryToAdd[],
): Promise<AddedEntries> => {
  const row = await findList(deps.pool, list);
  if (row === undefined) return { kind: 'unknown_list' };
  const entries: PreparedEntry[] = [];
  const faults: EntryFault[] = [];
  await mapInTurns(given.entries(), async ([index, entry]) => {
    const prepared = await prepareEntry({ ...deps, db: deps.pool }, row, entry);
    if (isProblem(prepared)) faults.push({ ...prepared, index });
    else entries.push(prepared);
  });
  if (faults.length > 0) return { kind: 'refused', faults };
  return inTransaction(deps.pool, (db) =>
    deps.fourEyes && row.kind === 'allow'
      ? proposeEntries(db, actor, list, entries)
      : storePrepared(db, { list, author: actor.name }, entries),
  );
};
