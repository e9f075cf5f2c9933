import { z } from 'zod';
import { statuses } from '../contracts/hbc/decision.js';
import { banners } from '../contracts/hbc/transaction.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

export const TransactionRow = z.object({
  transaction_id: z.string(),
  workflow_id: z.string(),
  banner: z.enum(banners),
  order_id: z.string(),
  group_id: z.string(),
  content_key_id: z.string(),
  content_hash: z.instanceof(Buffer),
  status: z.enum(statuses),
  received_at: z.date(),
  updated_at: z.date(),
  answer: z.string().nullable(),
});
export type TransactionRow = z.output<typeof TransactionRow>;

const columns = `t.transaction_id, t.workflow_id, t.banner, t.order_id, t.group_id,
  t.content_key_id, t.content_hash, t.status, t.received_at, t.updated_at, d.answer`;

export const findTransaction = async (
  db: Queryable,
  transactionId: string,
): Promise<TransactionRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-transaction',
      text: `select ${columns} from transactions t left join decisions d using (transaction_id)
        where t.transaction_id = $1`,
      values: [transactionId],
    }),
  );
  return parseRow(TransactionRow, rows);
};

/** The banner of a transaction, whose row is locked until the database transaction ends. */
export const lockTransaction = async (
  db: Queryable,
  transactionId: string,
): Promise<Pick<TransactionRow, 'transaction_id' | 'banner'> | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'lock-transaction',
      text: `select transaction_id, banner from transactions where transaction_id = $1
        for no key update`,
      values: [transactionId],
    }),
  );
  return parseRow(TransactionRow.pick({ transaction_id: true, banner: true }), rows);
};

const StoredRow = TransactionRow.pick({ transaction_id: true });

/** The given ids under which a transaction is stored. */
export const listStored = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<string[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-stored',
      text: 'select transaction_id from transactions where transaction_id = any($1::text[])',
      values: [transactionIds],
    }),
  );
  return parseRows(StoredRow, rows).map(({ transaction_id }) => transaction_id);
};

const WaitingRow = z.object({ waiting: z.number(), oldest_at: z.date().nullable() });

/** The column with the start of a transaction's wait, by its status. */
const waitingSince = { deciding: 'received_at', settling: 'updated_at' } as const;

/**
 * The number of transactions in `status`, and since when the oldest waits; null when there is none.
 */
export const findWaiting = async (
  db: Queryable,
  status: keyof typeof waitingSince,
): Promise<{ waiting: number; oldestAt: Date | null }> => {
  const { rows } = await reached(
    db.query({
      name: `find-${status}`,
      text: `select count(*)::integer as waiting, min(${waitingSince[status]}) as oldest_at
        from transactions where status = '${status}'`,
    }),
  );
  const row = parseRow(WaitingRow, rows);
  return { waiting: row?.waiting ?? 0, oldestAt: row?.oldest_at ?? null };
};

/** Every shipment group of a banner's order, or the named one, oldest first. */
export const listByOrder = async (
  db: Queryable,
  key: { banner: string; orderId: string; groupId?: string | undefined },
): Promise<TransactionRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-by-order',
      text: `select ${columns} from transactions t left join decisions d using (transaction_id)
        where t.banner = $1 and t.order_id = $2 and ($3::text is null or t.group_id = $3)
        order by t.received_at, t.transaction_id`,
      values: [key.banner, key.orderId, key.groupId ?? null],
    }),
  );
  return parseRows(TransactionRow, rows);
};
