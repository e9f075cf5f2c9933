import type { EntryKind, ListKind } from '../../contracts/v1/lists.js';
import { findHits as findHitRows } from '../../db/list-matches.js';
import { groupBy } from '../../domain/group-by.js';
import type { ListableSubject, Listing } from '../../domain/listing.js';
import {
  domainInVersion1,
  domainOf,
  isPlainKind,
  normaliseText,
} from '../../domain/lists/plain-values.js';
import { rangesAround } from '../../domain/ip-range.js';
import { listedPlacesOf, subjectsOf } from '../../domain/subjects.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context, Tokeniser } from '../context.js';
import { mapInTurns, partsOf } from '../turns.js';

/** A value as lists hold it: the keyed hash of a personal one, the UTF-8 text of any other. */
interface ListSubject {
  readonly kind: EntryKind;
  readonly token: Buffer;
}

/** A normalised value under every live key, by key id; a value that is not personal has no key. */
export const listTokensOf = (
  tokeniser: Pick<Tokeniser, 'subjectTokens'>,
  kind: Exclude<EntryKind, 'card'>,
  normalised: string,
): { readonly keyId: string | null; readonly token: Buffer }[] =>
  isPlainKind(kind)
    ? [{ keyId: null, token: Buffer.from(normalised, 'utf8') }]
    : Object.entries(tokeniser.subjectTokens(kind, normalised)).map(([keyId, token]) => ({
        keyId,
        token: Buffer.from(token, 'hex'),
      }));

/** Every value of an order that an entry may have, in today's spellings and earlier ones. */
const listedValuesOf = (transaction: SanitisedTransaction) => {
  const { emailAddress } = transaction.customer;
  const domains = new Set([domainOf(emailAddress), domainInVersion1(emailAddress)]);
  const places = listedPlacesOf(transaction);
  return [
    ...subjectsOf(transaction).flatMap(({ kind, value, earlier }) => {
      // An entry need not give all of an address: its keys are others.
      if (kind === 'address') return [];
      // Hashes cannot be compared by their beginnings, so each length of a range is a value.
      const ranges = kind === 'ip' ? rangesAround(value) : [];
      return [value, ...earlier, ...ranges].map((one) => ({ kind, value: one }));
    }),
    ...places.map((value) => ({ kind: 'address' as const, value })),
    ...[...domains].flatMap((value) =>
      value === undefined ? [] : [{ kind: 'email_domain' as const, value }],
    ),
  ];
};

/**
 * All of an order that may stand on a list, each under every key that it is known by. Five hundred
 * addresses have thousands of them, so others have their turn in between.
 */
export const listSubjectsOf = async (
  tokeniser: Pick<Tokeniser, 'subjectTokens'>,
  transaction: SanitisedTransaction,
): Promise<ListSubject[]> => {
  const cards = Object.values(transaction.card.tokens).map((token) => ({
    kind: 'card' as const,
    token: Buffer.from(token, 'hex'),
  }));
  const others = await mapInTurns(listedValuesOf(transaction), ({ kind, value }) =>
    listTokensOf(tokeniser, kind, value).map(({ token }) => ({ kind, token })),
  );
  return [...cards, ...others.flat()];
};

/** A live entry that names one of the subjects asked for. */
interface ListHit {
  readonly list: string;
  readonly listKind: ListKind;
  readonly entryId: string;
  readonly reason: string;
  readonly expiresAt: Date | null;
  readonly subjectKind: EntryKind;
}

/**
 * The entries of all lists that name one of the subjects and are live at the instant: added then or
 * before, not yet removed, and not yet expired, which an entry is from `expiresAt` itself on. Asked
 * again for the same instant it gives the same.
 */
export const findHits = async (
  { db }: Context,
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

/** A fact that a rule asks a text list about. */
interface TextFact {
  /** `group.name` */
  readonly fact: string;
  readonly value: string;
}

const subjectOf: Readonly<Record<Exclude<EntryKind, 'text'>, ListableSubject>> = {
  card: 'card',
  email: 'email',
  account: 'account',
  device: 'device',
  ip: 'ip',
  address: 'address',
  bin: 'bin',
  email_domain: 'emailDomain',
};

const listingsOfOrder = async (
  { db, tokeniser }: Context<'tokeniser'>,
  transaction: SanitisedTransaction,
  at: Date,
): Promise<Listing[]> => {
  const hits = await findHits({ db }, await listSubjectsOf(tokeniser, transaction), at);
  return hits.flatMap(({ list, listKind, subjectKind }) =>
    subjectKind === 'text' ? [] : [{ list, kind: listKind, subject: subjectOf[subjectKind] }],
  );
};

/** An entry does not say which value it equals, so each value is asked about by itself. */
const listingsOfText = async (
  { db, tokeniser }: Context<'tokeniser'>,
  textFacts: readonly TextFact[],
  at: Date,
): Promise<Listing[]> => {
  const byValue = groupBy(textFacts, ({ value }) => normaliseText(value));
  const found = await Promise.all(
    [...byValue].map(async ([value, facts]) => {
      if (value === undefined) return [];
      const [written] = listTokensOf(tokeniser, 'text', value);
      if (written === undefined) return [];
      const hits = await findHits({ db }, [{ kind: 'text', token: written.token }], at);
      return hits.flatMap(({ list, listKind }) =>
        facts.map(({ fact }) => ({ list, kind: listKind, subject: fact })),
      );
    }),
  );
  return found.flat();
};

/**
 * The lists that name something of the order or equal one of the text facts, as they stood at the
 * instant of receipt: each list once for each subject.
 */
export const findListings = async (
  context: Context<'tokeniser'>,
  transaction: SanitisedTransaction,
  receivedAt: Date,
  textFacts: readonly TextFact[],
): Promise<Listing[]> => {
  const [ofOrder, ofText] = await Promise.all([
    listingsOfOrder(context, transaction, receivedAt),
    listingsOfText(context, textFacts, receivedAt),
  ]);
  const all = [...ofOrder, ...ofText];
  return [...new Map(all.map((one) => [`${one.list} ${one.subject}`, one])).values()];
};
