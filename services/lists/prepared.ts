import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isReason, noReason } from '../../contracts/v1/free-text.js';
import {
  type AddedEntry,
  type EntryKind,
  entryKinds,
  type EntryToAdd,
  type ListEntry,
} from '../../contracts/v1/lists.js';
import { type EntryRow, findLiveByTokens, insertEntries } from '../../db/list-entries.js';
import { type ListRow, lockList } from '../../db/lists.js';
import { findOrder } from '../../db/orders.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { isProblem, readValue, type ValueProblem } from '../../domain/lists/read-value.js';
import type { Context } from '../context.js';
import { openBody } from '../transactions/records.js';
import { mapInTurns, partsOf } from '../turns.js';
import { listTokensOf } from './matches.js';

/** An entry whose value was replaced by tokens; it has no personal data. */
export interface PreparedEntry {
  readonly kind: EntryKind;
  /** The token to store: under the current key if there is one. */
  readonly written: { readonly keyId: string | null; readonly token: Buffer };
  /**
   * Tokens in every spelling and under every live key: an entry under any of them is the same one.
   */
  readonly tokens: readonly Buffer[];
  readonly hint: string;
  readonly reason: string;
  readonly expiresAt: Date | null;
}

const wrong = (
  field: ValueProblem['field'],
  code: ValueProblem['code'],
  message: string,
): ValueProblem => ({ field, code, message });

/** The kind of the entry, from the list or the caller. */
const kindOf = (list: ListRow, given: EntryToAdd): EntryKind | ValueProblem => {
  const { value_kind: own, kind: listKind } = list;
  if (own !== null) {
    return given.kind === undefined || given.kind === own
      ? own
      : wrong('kind', 'invalid_value', `must be ${own}, as the whole list is`);
  }
  if (given.kind === undefined) {
    return wrong('kind', 'missing_field', `is required on the ${listKind} list`);
  }
  return given.kind === 'text'
    ? wrong('kind', 'invalid_value', 'must name a part of every order: text stands on other lists')
    : given.kind;
};

type Tokens = Pick<PreparedEntry, 'tokens' | 'written' | 'hint'>;

const unknownOrder = wrong(
  'transactionId',
  'unknown_transaction',
  'must name an order that is stored',
);

/** Tokens of an order's card, under those of its keys that are still live. */
const tokensOfCard = async (
  { db, vault, tokeniser }: Context<'vault' | 'tokeniser'>,
  transactionId: string,
): Promise<Tokens | ValueProblem> => {
  const order = await findOrder(db, transactionId);
  if (order === undefined) return unknownOrder;
  const { card } = openBody(vault, transactionId, order.body);
  const liveKeys = Object.keys(tokeniser.subjectTokens('card', ''));
  const live = Object.entries(card.tokens).filter(([keyId]) => liveKeys.includes(keyId));
  const [keyId, token] =
    live.find(([id]) => id === tokeniser.currentKeyId) ??
    live.find(([id]) => id === card.tokenKeyId) ??
    live[0] ??
    [];
  if (keyId === undefined || token === undefined) {
    const message = 'names an order of a card key that has been retired: name a newer one';
    return wrong('transactionId', 'invalid_value', message);
  }
  return {
    written: { keyId, token: Buffer.from(token, 'hex') },
    tokens: live.map(([, one]) => Buffer.from(one, 'hex')),
    hint: `${card.bin6}…${card.last4}`,
  };
};

const tokensOf = async (
  context: Context<'vault' | 'tokeniser'>,
  kind: EntryKind,
  given: EntryToAdd,
): Promise<Tokens | ValueProblem> => {
  const read = readValue(kind, given);
  if (read !== undefined && isProblem(read)) return read;
  if (kind === 'card') return tokensOfCard(context, given.transactionId ?? '');
  if (read === undefined) throw new Error(`an entry of kind ${kind} was read without a value`);
  const all = listTokensOf(context.tokeniser, kind, read.normalised);
  const written = all.find(({ keyId }) => keyId === context.tokeniser.currentKeyId) ?? all[0];
  if (written === undefined) throw new Error('there is no key to write under');
  const earlier = (read.earlier ?? []).flatMap((one) => listTokensOf(context.tokeniser, kind, one));
  return { written, tokens: [...all, ...earlier].map(({ token }) => token), hint: read.hint };
};

/** Turns an entry from a request into its stored form. */
export const prepareEntry = async (
  context: Context<'vault' | 'tokeniser'>,
  list: ListRow,
  given: EntryToAdd,
): Promise<PreparedEntry | ValueProblem> => {
  const kind = kindOf(list, given);
  if (typeof kind !== 'string') return kind;
  if (list.kind === 'allow' && !isReason(given.reason)) {
    return wrong('reason', 'missing_field', noReason);
  }
  const tokens = await tokensOf(context, kind, given);
  if (isProblem(tokens)) return tokens;
  return {
    kind,
    ...tokens,
    reason: maskReason(given.reason),
    expiresAt: given.expiresAt ?? null,
  };
};

const hex = z.string().transform((text) => Buffer.from(text, 'hex'));

const Entry = z.object({
  kind: z.enum(entryKinds),
  written: z.object({ keyId: z.string().nullable(), token: hex }),
  tokens: z.array(hex),
  hint: z.string(),
  reason: z.string(),
  expiresAt: z
    .string()
    .nullable()
    .transform((text) => (text === null ? null : new Date(text))),
});

const Prepared = z.object({ list: z.string(), entries: z.array(Entry) });

/** Prepared entries as a proposal stores them: personal values are keyed hashes, as on the list. */
export const printPrepared = (list: string, entries: readonly PreparedEntry[]) => ({
  list,
  entries: entries.map(({ written, tokens, expiresAt, ...plain }) => ({
    ...plain,
    written: { keyId: written.keyId, token: written.token.toString('hex') },
    tokens: tokens.map((token) => token.toString('hex')),
    expiresAt: expiresAt?.toISOString() ?? null,
  })),
});

/** Parses what `printPrepared` wrote. Throws for anything else. */
export const readPrepared = (
  change: unknown,
): { readonly list: string; readonly entries: readonly PreparedEntry[] } => Prepared.parse(change);

/** An entry as the API shows it. */
export const viewEntry = (row: EntryRow): ListEntry => ({
  entryId: row.entry_id,
  list: row.list_name,
  kind: row.subject_kind,
  hint: row.hint,
  state: row.state,
  reason: row.reason,
  expiresAt: row.expires_at?.toISOString() ?? null,
  author: row.created_by,
  createdAt: row.created_at.toISOString(),
  removedBy: row.removed_by,
  removedAt: row.removed_at?.toISOString() ?? null,
  keyId: row.key_id,
});

/** A fault of one of the given entries, by its index from 0. */
export interface EntryFault extends ValueProblem {
  readonly index: number;
}

/** The list and the author of entries. */
interface PreparedTo {
  readonly list: string;
  readonly author: string;
}

/**
 * For each entry, the index of the first equal one; entries are equal when their stored tokens are.
 */
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

/** The state of entries on the present list. */
interface Placed {
  readonly at: Date;
  /** While there is one, nothing may be written. */
  readonly faults: readonly EntryFault[];
  /** Live entries by index. */
  readonly live: ReadonlyMap<number | undefined, EntryRow>;
  readonly firsts: readonly number[];
  /** Indexes of new entries. */
  readonly fresh: readonly number[];
}

/** Compares entries with a list under its lock, which lasts until the commit. */
export const placeEntries = async (
  { db }: Context,
  list: string,
  entries: readonly PreparedEntry[],
): Promise<Placed> => {
  const at = await lockList(db, list);
  if (at === undefined) throw new Error('the database told no time');
  const all = entries.map((entry, index) => ({ ...entry, index }));
  const found = await mapInTurns(partsOf(all), async (some) => {
    const lookups = some.flatMap(({ kind, tokens, index }) =>
      tokens.map((token) => ({ kind, token, index })),
    );
    const rows = await findLiveByTokens(db, list, lookups, at);
    return rows.map((row) => [lookups[row.index]?.index, row] as const);
  });
  const live = new Map(found.flat());
  const firsts = await firstOfEach(entries);
  const fresh = [...entries.keys()].filter((index) => !live.has(index) && firsts[index] === index);
  return { at, faults: expiredAmong(entries, at), live, firsts, fresh };
};

/**
 * Adds entries that are not live yet, all or none, each with an audit row. Takes the list's lock.
 */
export const storePrepared = async (
  { db }: Context,
  to: PreparedTo,
  entries: readonly PreparedEntry[],
): Promise<
  | { readonly kind: 'added'; readonly results: readonly AddedEntry[] }
  /** Nothing was written. */
  | { readonly kind: 'refused'; readonly faults: readonly EntryFault[] }
> => {
  const { at, faults, live, firsts, fresh } = await placeEntries({ db }, to.list, entries);
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
