import { z } from 'zod';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Label, LabelHistory, LabelPage, LabelStatement } from '../../contracts/v1/labels.js';
import {
  type Candidate,
  candidatesMax,
  findById,
  findByOrderKey,
  findCandidates,
} from '../../db/label-candidates.js';
import {
  type LabelFilter,
  type LabelRow,
  listLabels as listLabelRows,
  listLabelsOfTransaction,
} from '../../db/labels.js';
import { findTransaction } from '../../db/transactions.js';
import { groupBy } from '../../domain/group-by.js';
import type { Context } from '../context.js';
import { printCursor, readCursor } from '../cursor.js';

/** The order that a statement is about. */
export type OrderFound =
  | { readonly kind: 'found'; readonly transactionId: string; readonly banner: Banner }
  /** No order has this `transactionId`. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unmatched' }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] };

const judge = (found: readonly Candidate[]): OrderFound => {
  const [first, second] = found;
  if (first === undefined) return { kind: 'unmatched' };
  if (second === undefined) {
    return { kind: 'found', transactionId: first.transaction_id, banner: first.banner };
  }
  const candidates = found.slice(0, candidatesMax).map((one) => one.transaction_id);
  return { kind: 'ambiguous', candidates };
};

interface Lookup<K> {
  /** The statement's index in the request. */
  readonly index: number;
  readonly key: K;
}

/** Looks up all keys at once and returns the results by the statement's index. */
const lookUp = async <K>(
  lookups: readonly Lookup<K>[],
  find: (keys: readonly K[]) => Promise<Candidate[]>,
): Promise<[number, OrderFound][]> => {
  if (lookups.length === 0) return [];
  const found = groupBy(await find(lookups.map(({ key }) => key)), (one) => one.place);
  return lookups.map(({ index }, place) => [index, judge(found.get(place) ?? [])]);
};

/**
 * Finds the order of each statement: by its id, else by banner and order number, else by a
 * chargeback's card digits, amount and day. `matchDays` is the allowed distance between the days.
 */
export const findOrders = async (
  { db }: Context,
  statements: readonly LabelStatement[],
  matchDays: number,
): Promise<OrderFound[]> => {
  const given = statements.map((statement, index) => ({ statement, index }));
  const ids = given.flatMap(({ statement: { transactionId }, index }) =>
    transactionId === undefined ? [] : [{ index, key: transactionId }],
  );
  const orders = given.flatMap(({ statement, index }) => {
    const { transactionId, banner, orderId, groupId = null } = statement;
    return transactionId !== undefined || banner === undefined || orderId === undefined
      ? []
      : [{ index, key: { banner, orderId, groupId } }];
  });
  const cards = given.flatMap(({ statement, index }) => {
    const { transactionId, orderId, last4, amount, currency = null, banner = null } = statement;
    const day = statement.orderDate ?? statement.date;
    if (transactionId !== undefined || orderId !== undefined) return [];
    return last4 === undefined || amount === undefined || day === undefined
      ? []
      : [{ index, key: { last4, amount, currency, banner, day, days: matchDays } }];
  });
  const byId = await lookUp(ids, (keys) => findById(db, keys));
  const found = new Map([
    ...byId.map(([index, order]): [number, OrderFound] => [
      index,
      order.kind === 'unmatched' ? { kind: 'unknown' } : order,
    ]),
    ...(await lookUp(orders, (keys) => findByOrderKey(db, keys))),
    ...(await lookUp(cards, (keys) => findCandidates(db, keys))),
  ]);
  return given.map(({ index }) => found.get(index) ?? { kind: 'unmatched' });
};

const withdrawnOf = (row: LabelRow): Label['withdrawn'] => {
  const { withdrawn_at: at, withdrawn_by: by, withdrawal_reason: reason } = row;
  return at === null || by === null || reason === null
    ? null
    : { at: at.toISOString(), by, reason };
};

/** A stored statement as the API shows it. */
export const showLabel = (row: LabelRow): Label => ({
  labelId: row.label_id,
  transactionId: row.transaction_id,
  banner: row.banner,
  orderId: row.order_id,
  groupId: row.group_id,
  kind: row.kind,
  amount: row.amount,
  currency: row.currency,
  date: row.effective_on,
  reason: row.reason,
  source: row.source,
  sourceId: row.source_id === '' ? null : row.source_id,
  saidBy: row.said_by,
  saidAt: row.said_at.toISOString(),
  isCurrent: row.is_current,
  withdrawn: withdrawnOf(row),
});

/** Position after the last statement of a page. */
const Cursor = z.object({
  saidAt: z.iso.datetime().transform((text) => new Date(text)),
  position: z.string().regex(/^\d{1,18}$/),
});
type Cursor = z.output<typeof Cursor>;

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
export const readLabelCursor = (cursor: string): Cursor | undefined => readCursor(Cursor, cursor);

const cursorOf = ({ said_at: saidAt, position }: LabelRow): string =>
  printCursor({ saidAt: saidAt.toISOString(), position });

/** One page of statements, latest first. */
export const listLabels = async (
  { db }: Context,
  query: {
    readonly filter: LabelFilter;
    readonly after: Cursor | undefined;
    readonly limit: number;
  },
): Promise<LabelPage> => {
  const rows = await listLabelRows(db, query.filter, query.after, query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    labels: page.map(showLabel),
    nextCursor: rows.length > query.limit && last ? cursorOf(last) : null,
  };
};

/**
 * Every statement about a transaction, newest first, and the one that counts; undefined when
 * there is no such transaction.
 */
export const readLabelHistory = async (
  { db }: Context,
  transactionId: string,
): Promise<LabelHistory | undefined> => {
  const labels = (await listLabelsOfTransaction(db, transactionId)).map(showLabel);
  if (labels.length === 0 && (await findTransaction(db, transactionId)) === undefined) {
    return undefined;
  }
  return { current: labels.find((label) => label.isCurrent) ?? null, labels };
};
