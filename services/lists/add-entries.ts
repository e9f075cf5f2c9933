import { randomUUID } from 'node:crypto';
import type { AddedEntry, EntryToAdd } from '../../contracts/v1/lists.js';
import { findLiveByTokens, insertEntries } from '../../db/list-entries.js';
import { findList, lockList } from '../../db/lists.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { isProblem, type ValueProblem } from '../../domain/lists/read-value.js';
import type { Actor, Tokeniser, Vault } from '../ports.js';
import { type PreparedEntry, prepareEntry } from './prepare-entry.js';
import { viewEntry } from './view-entry.js';

/** What is wrong with one of the entries given, by its number from 0. */
export interface EntryFault extends ValueProblem {
  readonly index: number;
}

export type AddedEntries =
  | { readonly kind: 'added'; readonly results: readonly AddedEntry[] }
  | { readonly kind: 'unknown_list' }
  /** Nothing was written. */
  | { readonly kind: 'refused'; readonly faults: readonly EntryFault[] };

class Refused extends Error {
  override readonly name = 'Refused';
  readonly faults: readonly EntryFault[];

  constructor(faults: readonly EntryFault[]) {
    super('entries were refused');
    this.faults = faults;
  }
}

/** The first of equal entries by number; the token that is written tells them apart. */
const firstOfEach = (entries: readonly PreparedEntry[]): number[] => {
  const firsts = new Map<string, number>();
  return entries.map(({ kind, written }, index) => {
    const name = `${kind}:${written.token.toString('hex')}`;
    const first = firsts.get(name) ?? index;
    firsts.set(name, first);
    return first;
  });
};

const refuseExpired = (entries: readonly PreparedEntry[], at: Date): void => {
  const faults = entries.flatMap(({ expiresAt }, index) =>
    expiresAt !== null && expiresAt <= at
      ? [{ index, field: 'expiresAt', code: 'invalid_value', message: 'must lie ahead' } as const]
      : [],
  );
  if (faults.length > 0) throw new Refused(faults);
};

/** Adds what is not live yet, under the list's lock. */
const store = async (
  db: Queryable,
  to: { readonly list: string; readonly author: string },
  entries: readonly PreparedEntry[],
): Promise<AddedEntry[]> => {
  const at = await lockList(db, to.list);
  if (at === undefined) throw new Error('the database told no time');
  refuseExpired(entries, at);
  const asked = entries.flatMap(({ kind, tokens }, index) =>
    tokens.map((token) => ({ kind, token, index })),
  );
  const live = new Map(
    (await findLiveByTokens(db, to.list, asked, at)).map((row) => [asked[row.index]?.index, row]),
  );
  const firsts = firstOfEach(entries);
  const fresh = entries.flatMap((entry, index) =>
    live.has(index) || firsts[index] !== index
      ? []
      : [{ ...entry, ...entry.written, index, entryId: randomUUID() }],
  );
  const rows = await insertEntries(db, { ...to, at }, fresh);
  const byId = new Map(rows.map((row) => [row.entry_id, row]));
  const stored = new Map(fresh.map(({ index, entryId }) => [index, byId.get(entryId)]));
  return entries.map((_entry, index) => {
    const first = firsts[index] ?? index;
    const row = live.get(index) ?? live.get(first) ?? stored.get(first);
    if (row === undefined) throw new Error('a stored entry was not given back');
    return { added: !live.has(index) && first === index, entry: viewEntry(row) };
  });
};

/**
 * Adds entries to a list, all or none, with an audit row for each that tells no value. One that is
 * live already is answered as it stands. Writers of one list go one after the other, so equal
 * entries at one moment become one. Throws `TemporarilyUnavailable`.
 */
export const addEntries = async (
  deps: { readonly pool: Pool; readonly vault: Vault; readonly tokeniser: Tokeniser },
  actor: Actor,
  list: string,
  given: readonly EntryToAdd[],
): Promise<AddedEntries> => {
  const row = await findList(deps.pool, list);
  if (row === undefined) return { kind: 'unknown_list' };
  const entries: PreparedEntry[] = [];
  const faults: EntryFault[] = [];
  for (const [index, entry] of given.entries()) {
    const prepared = await prepareEntry({ ...deps, db: deps.pool }, row, entry);
    if (isProblem(prepared)) faults.push({ ...prepared, index });
    else entries.push(prepared);
  }
  if (faults.length > 0) return { kind: 'refused', faults };
  const to = { list, author: actor.name };
  try {
    const results = await inTransaction(deps.pool, (db) => store(db, to, entries));
    return { kind: 'added', results };
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', faults: error.faults };
    throw error;
  }
};
