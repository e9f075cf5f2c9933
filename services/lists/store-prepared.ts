import { randomUUID } from 'node:crypto';
import type { AddedEntry } from '../../contracts/v1/lists.js';
import { type EntryRow, findLiveByTokens, insertEntries } from '../../db/list-entries.js';
import { lockList } from '../../db/lists.js';
import type { Queryable } from '../../db/pool.js';
import type { ValueProblem } from '../../domain/lists/read-value.js';
import { mapInTurns, partsOf } from '../turns.js';
import type { PreparedEntry } from './prepare-entry.js';
import { viewEntry } from './view-entry.js';

/** What is wrong with one of the entries given, by its number from 0. */
export interface EntryFault extends ValueProblem {
  readonly index: number;
}

/** Where entries go, and who wrote them. */
export interface PreparedTo {
  readonly list: string;
  readonly author: string;
}

/** The first of equal entries by number; the token that is written tells them apart. */
const firstOfEach = async (entries: readonly PreparedEntry[]): Promise<number[]> => {
  const firsts = new Map<string, number>();
  return mapInTurns(entries.entries(), ([index, { kind, written }]) => {
    const name = `${kind}:${written.token.toString('hex')}`;
    const first = firsts.get(name) ?? index;
    firsts.set(name, first);
    return first;
  });
};

const expiredAmong = (entries: readonly PreparedEntry[], at: Date): EntryFault[] =>
  entries.flatMap(({ expiresAt }, index) =>
    expiresAt !== null && expiresAt <= at
      ? [{ index, field: 'expiresAt', code: 'invalid_value', message: 'must lie ahead' } as const]
      : [],
  );

/** How entries stand to a list as it is now. */
export interface Placed {
  readonly at: Date;
  /** Nothing may be written while there is one. */
  readonly faults: readonly EntryFault[];
  /** By number: what is live already. */
  readonly live: ReadonlyMap<number | undefined, EntryRow>;
  readonly firsts: readonly number[];
  /** Numbers of those that are not there yet. */
  readonly fresh: readonly number[];
}

/** Looks at a list under its lock, which holds until the commit. */
export const placeEntries = async (
  db: Queryable,
  list: string,
  entries: readonly PreparedEntry[],
): Promise<Placed> => {
  const at = await lockList(db, list);
  if (at === undefined) throw new Error('the database told no time');
  const all = entries.map((entry, index) => ({ ...entry, index }));
  const found = await mapInTurns(partsOf(all), async (some) => {
    const asked = some.flatMap(({ kind, tokens, index }) =>
      tokens.map((token) => ({ kind, token, index })),
    );
    const rows = await findLiveByTokens(db, list, asked, at);
    return rows.map((row) => [asked[row.index]?.index, row] as const);
  });
  const live = new Map(found.flat());
  const firsts = await firstOfEach(entries);
  const fresh = [...entries.keys()].filter((index) => !live.has(index) && firsts[index] === index);
  return { at, faults: expiredAmong(entries, at), live, firsts, fresh };
};

/** Adds what is not live yet, all or none, with an audit row for each. Under the list's lock. */
export const storePrepared = async (
  db: Queryable,
  to: PreparedTo,
  entries: readonly PreparedEntry[],
): Promise<
  | { readonly kind: 'added'; readonly results: readonly AddedEntry[] }
  /** Nothing was written. */
  | { readonly kind: 'refused'; readonly faults: readonly EntryFault[] }
> => {
  const { at, faults, live, firsts, fresh } = await placeEntries(db, to.list, entries);
  if (faults.length > 0) return { kind: 'refused', faults };
  const toAdd = await mapInTurns(fresh, (index) => {
    const entry = entries[index];
    return entry ? [{ ...entry, ...entry.written, index, entryId: randomUUID() }] : [];
  });
  const added = toAdd.flat();
  const rows = await mapInTurns(partsOf(added), (some) => insertEntries(db, { ...to, at }, some));
  const byId = new Map(rows.flat().map((row) => [row.entry_id, row]));
  const stored = new Map(added.map(({ index, entryId }) => [index, byId.get(entryId)]));
  const results = await mapInTurns(entries.keys(), (index) => {
    const first = firsts[index] ?? index;
    const row = live.get(index) ?? live.get(first) ?? stored.get(first);
    if (row === undefined) throw new Error('a stored entry was not given back');
    return { added: !live.has(index) && first === index, entry: viewEntry(row) };
  });
  return { kind: 'added', results };
};
