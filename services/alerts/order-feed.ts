import { z } from 'zod';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { type AlertOrder, declinedSubjects } from '../../contracts/v1/alerts.js';
import {
  type FeedKind,
  feedKinds,
  insertLateSettlements,
  type SettlingPlace,
  tryLockFeed,
} from '../../db/alert-feed.js';
import { listAlertActivities } from '../../db/alert-orders.js';
import type { DueRow } from '../../db/due.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import type { Activity } from '../../domain/alerts/alert.js';
import { metricOf } from '../../domain/alerts/own-metric.js';
import { isPrivateIp } from '../../domain/ip-address.js';
import { salesRepOf } from '../../domain/sales-rep.js';
import { subjectsOf } from '../../domain/subjects.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context, Tokeniser } from '../context.js';
import { type WorkedBatch, workOnDue } from '../due-work.js';
import { loadTransaction } from '../transactions/records.js';
import { recordOwnActivities } from './counting.js';

const Happened = z.object({ transactionId: z.string(), kind: z.enum(feedKinds) });

/** An event of an order that alert rules may count. */
type FeedRow = z.output<typeof Happened> & { readonly happenedAt: Date };

/** The parts of the tokeniser that the feed needs. */
type Hashes = Pick<Tokeniser, 'subjectTokens' | 'currentKeyId'>;

type Hashed = Parameters<Hashes['subjectTokens']>[0];

/** Hexadecimal digits of a hash, the same length as in the orders' history. */
const hashDigits = 32;

/** The parts of an activity that differ within one order. */
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

/** The card number is not stored, so its hash under a newer key cannot be computed. */
const cardOwner = (
  { currentKeyId }: Hashes,
  { card }: SanitisedTransaction,
): string | undefined => {
  const token = card.tokens[currentKeyId] ?? card.tokens[card.tokenKeyId];
  return token === undefined ? undefined : ownerOf('card', token);
};

/** Unrelated shoppers share private addresses. */
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
 * The activities that an order's event adds under Verdict's own rules. A repeat gives the same ids:
 * `<kind>:<transaction id>:<subject>`. Owners are hashes under the current key, of the same length
 * as in the orders' history. Missing subjects are not counted.
 */
const feedActivities = (
  hashes: Hashes,
  row: FeedRow,
  transaction: SanitisedTransaction,
): Activity[] =>
  countedOf[row.kind](hashes, transaction).map(({ subject, metric, owner }) => ({
    id: `${row.kind}:${row.transactionId}:${subject}`,
    metric,
    owner,
    store: transaction.storeNumber,
    quantity: 1,
    occurredAtMs: row.happenedAt.getTime(),
  }));

/** The transaction id in an activity id of `feedActivities`. */
const transactionOf = (activityId: string): string => activityId.split(':')[1] ?? '';

interface FedBatch extends Omit<WorkedBatch, 'done'> {
  /** New activities. */
  readonly counted: number;
}

const nothing: FedBatch = { counted: 0, unreadable: 0, hasMore: false };

const rowOf = ({ details, since }: DueRow): FeedRow => ({
  ...Happened.parse(details),
  happenedAt: since,
});

/** Undefined when the order cannot be decrypted. */
const readRow = async (
  context: Context<'vault' | 'tokeniser'>,
  row: FeedRow,
): Promise<Activity[] | undefined> => {
  try {
    const { transaction } = await loadTransaction(context, row.transactionId);
    return feedActivities(context.tokeniser, row, transaction);
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) throw error;
    return undefined;
  }
};

/**
 * Counts due events of orders under Verdict's own rules, oldest first, at most `limit`, in one
 * database transaction, so that a crash changes nothing. A second concurrent caller does nothing:
 * alerts depend on the order of counting.
 */
export const feedOrders = async (
  { db: pool, vault, tokeniser, now }: Context<'vault' | 'tokeniser' | 'now', Pool>,
  { limit }: { readonly limit: number },
): Promise<FedBatch> =>
  inTransaction(pool, async (db) => {
    if (!(await tryLockFeed(db))) return nothing;
    const due = { consumer: 'alert_feed', limit } as const;
    const { result, unreadable, hasMore } = await workOnDue({ db, now }, due, async (rows) => {
      const unread: string[] = [];
      const found: Activity[] = [];
      for (const row of rows) {
        const activities = await readRow({ db, vault, tokeniser }, rowOf(row));
        if (activities === undefined) unread.push(row.key);
        else found.push(...activities);
      }
      return { unreadable: unread, result: found };
    });
    if (result === undefined || result.length === 0) return { counted: 0, unreadable, hasMore };
    result.sort((one, other) => one.occurredAtMs - other.occurredAtMs);
    // Last, because its locks on owners and rules are held until the commit.
    const { accepted } = await recordOwnActivities({ db }, result);
    return { counted: accepted, unreadable, hasMore };
  });

/** One statement takes some ten milliseconds. */
const pageSize = 1000;

/** More than the difference of workers' clocks and the time of a statement. */
const overlapMs = 10 * 60_000;

/**
 * Records each order that has waited for OMS longer than `lateAfterMs`, as of the instant at which
 * it became late. Alert rules count an order once, however often it is late. Reads only orders that
 * wait since `since`. Returns the `since` of the next call: older ones are recorded.
 */
export const feedLateSettlements = async (
  { db, now }: Context<'now'>,
  given: { readonly lateAfterMs: number; readonly since: Date },
): Promise<Date> => {
  const { lateAfterMs, since } = given;
  let after: SettlingPlace | undefined = { updatedAt: since, transactionId: '' };
  while (after !== undefined) {
    after = await insertLateSettlements(db, after, { now, lateAfterMs, limit: pageSize });
  }
  return new Date(now.getTime() - lateAfterMs - overlapMs);
};

/** The length of a list's longest page. */
const ordersMax = 200;

/**
 * The orders that an alert of Verdict's own rules counted, latest first, at most 200. Leaves out
 * those whose activities have been deleted. Undefined when there is no such alert.
 */
export const listOrders = async (
  { db }: Context,
  eventId: number,
): Promise<AlertOrder[] | undefined> => {
  const rows = await listAlertActivities(db, eventId, ordersMax);
  return rows?.map((row) => ({
    transactionId: transactionOf(row.client_id),
    store: row.store,
    occurredAt: row.occurred_at.toISOString(),
  }));
};
