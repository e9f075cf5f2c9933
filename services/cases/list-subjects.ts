import type { EntryToAdd } from '../../contracts/v1/lists.js';
import { insertAudit } from '../../db/audit.js';
import { findCase } from '../../db/cases.js';
import type { Pool } from '../../db/pool.js';
import { normaliseIp } from '../../domain/ip-address.js';
import { spellingsOf } from '../../domain/subjects.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context } from '../context.js';
import { type AddContext, type AddedEntries, addEntries } from '../lists/lists.js';
import { loadTransaction } from '../transactions/records.js';

/** What a reviewer can list of an order. */
export const listedSubjects = ['card', 'email', 'account', 'device', 'ip', 'address'] as const;
export type ListedSubject = (typeof listedSubjects)[number];

export interface Listing {
  readonly list: 'block' | 'allow';
  readonly subjects: readonly ListedSubject[];
  readonly reason: string;
  readonly expiresAt?: Date | undefined;
}

type Entry = Pick<EntryToAdd, 'kind' | 'value' | 'address' | 'transactionId' | 'banner'>;

const filled = (kind: ListedSubject, value: string | undefined): Entry[] =>
  value === undefined || value.trim() === '' ? [] : [{ kind, value }];

/** The entries for one subject of an order; an order ships to one or more addresses. */
const entriesOf = (
  subject: ListedSubject,
  transactionId: string,
  { banner, customer, additionalData, ipAddress, items }: SanitisedTransaction,
): Entry[] => {
  switch (subject) {
    case 'card':
      return [{ kind: 'card', transactionId }];
    case 'email':
      return filled('email', customer.emailAddress);
    case 'account':
      return filled('account', customer.accountId).map((entry) => ({ ...entry, banner }));
    case 'device':
      return filled('device', additionalData?.inAuthId);
    case 'ip':
      return filled('ip', normaliseIp(ipAddress ?? ''));
    case 'address':
      return spellingsOf({ items })
        .filter(({ streetLineOne }) => streetLineOne.trim() !== '')
        .map(({ name: _name, ...address }) => ({ kind: 'address', address }));
    default:
      return subject satisfies never;
  }
};

export type ListedResult =
  | { readonly kind: 'unknown' }
  /** The order has no value for these subjects; nothing was written. */
  | { readonly kind: 'without_value'; readonly subjects: readonly ListedSubject[] }
  | AddedEntries;

/**
 * Puts subjects of a case's order on the block or allow list, all or none, with a reason. With four
 * eyes, entries on `allow` wait for another person.
 */
export const listSubjects = async (
  context: AddContext & Context<'now', Pool>,
  caseId: string,
  { list, subjects, reason, expiresAt }: Listing,
): Promise<ListedResult> => {
  const { db, actor, now: at } = context;
  const row = await findCase(db, caseId);
  if (row === undefined) return { kind: 'unknown' };
  const { transaction_id: object } = row;
  const { transaction } = await loadTransaction(context, object);
  const found = [...new Set(subjects)].map(
    (subject) => [subject, entriesOf(subject, object, transaction)] as const,
  );
  const missing = found.filter(([, entries]) => entries.length === 0);
  if (missing.length > 0) {
    return { kind: 'without_value', subjects: missing.map(([subject]) => subject) };
  }
  const given = found.flatMap(([, entries]) => entries);
  const details = { caseId, list, subjects: found.map(([subject]) => subject) };
  return addEntries(
    context,
    list,
    given.map((entry) => ({ ...entry, reason, expiresAt })),
    (stored) =>
      insertAudit(stored, { actor: actor.name, action: 'case.listed', object, details, at }),
  );
};
