import type { EntryKind } from '../../contracts/v1/lists.js';
import type { HitRow, ListedToken } from '../../db/subject-lookup.js';
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
import type { Tokeniser } from '../context.js';
import { mapInTurns } from '../turns.js';

/**
 * The tokens of a normalised value as lists store it: the keyed hash of a personal one under every
 * live key, the UTF-8 text of any other.
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
): Promise<ListedToken[]> => {
  const cards = Object.values(transaction.card.tokens).map((token) => ({
    kind: 'card' as const,
    token: Buffer.from(token, 'hex'),
  }));
  const others = await mapInTurns(listedValuesOf(transaction), ({ kind, value }) =>
    listTokensOf(tokeniser, kind, value).map(({ token }) => ({ kind, token })),
  );
  return [...cards, ...others.flat()];
};

/** A fact that a rule looks up in a text list. */
export interface TextFact {
  /** `group.name` */
  readonly fact: string;
  readonly value: string;
}

/** The tokens of texts as lists store them, each text once. */
export const textSubjectsOf = (
  tokeniser: Pick<Tokeniser, 'subjectTokens'>,
  texts: readonly TextFact[],
): ListedToken[] => {
  const values = new Set(texts.map(({ value }) => normaliseText(value)));
  return [...values].flatMap((value) =>
    value === undefined
      ? []
      : listTokensOf(tokeniser, 'text', value).map(({ token }) => ({ kind: 'text', token })),
  );
};

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

/** An entry of a list that matches a value of an order. */
export interface ListHit extends Pick<HitRow, 'entryId' | 'list' | 'listKind' | 'subjectKind'> {
  readonly token: Buffer;
}

/**
 * The lists that match a subject of the order or one of the text facts: each list once for each
 * subject.
 */
export const listingsOf = (hits: readonly ListHit[], texts: readonly TextFact[]): Listing[] => {
  const factsOf = (token: Buffer): string[] =>
    texts.filter(({ value }) => normaliseText(value) === token.toString()).map(({ fact }) => fact);
  const all = hits.flatMap(({ list, listKind, subjectKind, token }) =>
    (subjectKind === 'text' ? factsOf(token) : [subjectOf[subjectKind]]).map((subject) => ({
      list,
      kind: listKind,
      subject,
    })),
  );
  return [...new Map(all.map((one) => [`${one.list} ${one.subject}`, one])).values()];
};
