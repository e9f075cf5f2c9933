import { declinedSubjects } from '../../contracts/v1/alerts.js';
import type { FeedKind, FeedRow } from '../../db/alert-feed.js';
import type { Activity } from '../../domain/alerts/alert.js';
import { metricOf } from '../../domain/alerts/own-metric.js';
import { isPrivateIp } from '../../domain/ip-address.js';
import { subjectsOf } from '../../domain/subjects.js';
import { salesRepOf } from '../../domain/sales-rep.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Tokeniser } from '../ports.js';

/** What the feed needs to know subjects by their hashes. */
export type Hashes = Pick<Tokeniser, 'subjectTokens' | 'currentKeyId'>;

type Hashed = Parameters<Hashes['subjectTokens']>[0];

/** Hexadecimal digits of a hash, as long as in the orders' history. */
const hashDigits = 32;

/** What of an activity is not the same for all of its order. */
interface Counted {
  readonly subject: string;
  readonly metric: string;
  readonly owner: string;
}

const ownerOf = (kind: string, token: string): string => `${kind}:${token.slice(0, hashDigits)}`;

const hashedOwner = (hashes: Hashes, kind: Hashed, value: string): string => {
  const token = hashes.subjectTokens(kind, value)[hashes.currentKeyId];
  if (token === undefined) throw new Error('the current key is not there');
  return ownerOf(kind, token);
};

/** The card's number is gone, so its hash under a newer key cannot be made any more. */
const cardOwner = (
  { currentKeyId }: Hashes,
  { card }: SanitisedTransaction,
): string | undefined => {
  const token = card.tokens[currentKeyId] ?? card.tokens[card.tokenKeyId];
  return token === undefined ? undefined : ownerOf('card', token);
};

/** Strangers share the addresses of private networks. */
const isCountable = (kind: string, value: string): boolean => kind !== 'ip' || !isPrivateIp(value);

const declinedOf = (hashes: Hashes, transaction: SanitisedTransaction): Counted[] => {
  const values = new Map(subjectsOf(transaction).map(({ kind, value }) => [kind, value] as const));
  const ownerBy = (subject: (typeof declinedSubjects)[number]): string | undefined => {
    if (subject === 'card') return cardOwner(hashes, transaction);
    const value = values.get(subject);
    if (value === undefined || !isCountable(subject, value)) return undefined;
    return hashedOwner(hashes, subject, value);
  };
  return declinedSubjects.flatMap((subject) => {
    const owner = ownerBy(subject);
    const metric = metricOf({ metricType: 'declined_orders', subject });
    return owner === undefined ? [] : [{ subject, metric, owner }];
  });
};

const reviewedOf = (hashes: Hashes, transaction: SanitisedTransaction): Counted[] => {
  const salesRep = salesRepOf(transaction);
  if (salesRep === undefined) return [];
  const metric = metricOf({ metricType: 'reviews_by_sales_rep', subject: null });
  const owner = hashedOwner(hashes, 'salesRep', salesRep);
  return [{ subject: 'salesRep', metric, owner }];
};

const lateOf = (_hashes: Hashes, { banner }: SanitisedTransaction): Counted[] => {
  const metric = metricOf({ metricType: 'settlements_late', subject: null });
  return [{ subject: 'banner', metric, owner: `banner:${banner}` }];
};

const countedOf: Readonly<Record<FeedKind, typeof declinedOf>> = {
  declined: declinedOf,
  reviewed: reviewedOf,
  settlement_late: lateOf,
};

/**
 * What rules of our own count of something that happened to an order. The same again gives the same
 * ids: `<kind>:<transaction id>:<subject>`. Owners are hashes under the current key, of the length
 * that the orders' history has. What the order does not have is not counted.
 */
export const feedActivities = (
  hashes: Hashes,
  row: FeedRow,
  transaction: SanitisedTransaction,
): Activity[] =>
  countedOf[row.kind](hashes, transaction).map(({ subject, metric, owner }) => ({
    id: `${row.kind}:${row.transaction_id}:${subject}`,
    ...{ metric, owner },
    store: transaction.storeNumber,
    quantity: 1,
    occurredAtMs: row.happened_at.getTime(),
  }));

/** The transaction of an activity that `feedActivities` made. */
export const transactionOf = (activityId: string): string => activityId.split(':')[1] ?? '';
