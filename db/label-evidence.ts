import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { labelKinds } from '../contracts/v1/labels.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

const DueOrder = z.object({ transaction_id: z.string(), body: z.instanceof(Buffer) });
export type DueOrder = z.output<typeof DueOrder>;

/**
 * Orders whose labels changed, with their sealed bodies, the longest waiting first, locked until
 * the commit; those that somebody else is at are left out.
 */
export const lockDueOrders = async (
  db: Queryable,
  now: Date,
  limit: number,
): Promise<DueOrder[]> => {
  const { rows } = await reached(
    db.query({
      name: 'lock-due-orders',
      text: `select d.transaction_id, t.body
        from label_evidence_due d join transactions t using (transaction_id)
        where d.due_at <= $1 order by d.due_at, d.transaction_id limit $2
        for update of d skip locked`,
      values: [now, limit],
    }),
  );
  return parseRows(DueOrder, rows);
};

/** Notes that the evidence of orders says what their labels say. */
export const removeDueOrders = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<void> => {
  await reached(
    db.query({
      name: 'remove-due-orders',
      text: 'delete from label_evidence_due where transaction_id = any($1::text[])',
      values: [transactionIds],
    }),
  );
};

/** Leaves orders until later. */
export const postponeDueOrders = async (
  db: Queryable,
  transactionIds: readonly string[],
  dueAt: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'postpone-due-orders',
      text: 'update label_evidence_due set due_at = $2 where transaction_id = any($1::text[])',
      values: [transactionIds, dueAt],
    }),
  );
};

const StatedLabel = z.object({
  label_id: z.string(),
  transaction_id: z.string(),
  banner: z.enum(banners),
  kind: z.enum(labelKinds),
  // Numeric comes as text.
  amount: z.string().transform(Number).nullable(),
  currency: z.string().nullable(),
  reason: z.string().nullable(),
  /** The day that was told, else when it was said. */
  occurred_at: z.date(),
  is_current: z.boolean(),
});
export type StatedLabel = z.output<typeof StatedLabel>;

/** Every statement about orders, with the one of each that counts. */
export const listLabelsOfOrders = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<StatedLabel[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-labels-of-orders',
      text: `select label_id, transaction_id, banner, kind, amount, currency, reason,
          coalesce(effective_on::timestamp at time zone 'UTC', said_at)::timestamptz(3)
            as occurred_at,
          withdrawn_at is null and 1 = row_number() over (
            partition by transaction_id, withdrawn_at is null order by position desc
          ) as is_current
        from labels where transaction_id = any($1::text[])`,
      values: [transactionIds],
    }),
  );
  return parseRows(StatedLabel, rows);
};
