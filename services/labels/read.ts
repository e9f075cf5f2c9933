import { z } from 'zod';
import type { Label, LabelHistory, LabelPage } from '../../contracts/v1/labels.js';
import {
  type LabelFilter,
  type LabelRow,
  listLabels as listLabelRows,
  listLabelsOfTransaction,
} from '../../db/labels.js';
import { findTransaction } from '../../db/transactions.js';
import type { Context } from '../context.js';
import { printCursor, readCursor } from '../cursor.js';

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
