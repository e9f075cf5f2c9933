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

/** A value as lists store it: the keyed hash of a personal one, the UTF-8 text of any other. */
interface ListSubject {
  readonly kind: EntryKind;
  readonly token: Buffer;
}

/**
 * The tokens of a normalised value under every live key; a value that is not personal has no key.
 */
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

/** Every value of an order that an entry may match, in present and earlier spellings. */
const listedValuesOf = (transaction: SanitisedTransaction) => {
  const { emailAddress } = transaction.customer;
  const domains = new Set([domainOf(emailAddress), domainInVersion1(emailAddress)]);
  const places = listedPlacesOf(transaction);
  return [
    ...subjectsOf(transaction).flatMap(({ kind, value, earlier }) => {
      // An entry may have only part of an address, so addresses have their own keys below.
      if (kind === 'address') return [];
      // Hashes have no common prefix, so each length of an IP range is a value of its own.
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
 * The subjects of an order that a list may have, under every key. Five hundred addresses give
 * thousands, so the work runs in turns.
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

/** A live entry that matches one of the subjects. */
interface ListHit {
  readonly list: string;
  readonly listKind: ListKind;
  readonly entryId: string;
  readonly reason: string;
  readonly expiresAt: Date | null;
  readonly subjectKind: EntryKind;
}

/**
 * The entries of all lists that match one of the subjects and were live at the instant: added by
 * then, not yet removed, and before `expiresAt`. A repeat for the same instant gives the same
 * result.
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

/** A fact that a rule looks up in a text list. */
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

/** A hit does not say which value it matched, so each value has a query of its own. */
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
 * The lists that match a subject of the order or one of the text facts at the instant of receipt:
 * each list once for each subject.
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
