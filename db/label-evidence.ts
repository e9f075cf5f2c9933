import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { labelKinds } from '../contracts/v1/labels.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

const LabelledOrder = z.object({ transaction_id: z.string(), body: z.instanceof(Buffer) });
export type LabelledOrder = z.output<typeof LabelledOrder>;

/** Orders with their sealed bodies, in the given order. */
export const listLabelledOrders = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<LabelledOrder[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-bodies-of-labelled',
      text: `select t.transaction_id, t.body
        from unnest($1::text[]) with ordinality as given(transaction_id, place)
        join transactions t using (transaction_id) order by given.place`,
      values: [transactionIds],
    }),
  );
  return parseRows(LabelledOrder, rows);
};

const StatedLabel = z.object({
  label_id: z.string(),
  transaction_id: z.string(),
  banner: z.enum(banners),
  kind: z.enum(labelKinds),
  // Postgres returns numeric as text.
  amount: z.string().transform(Number).nullable(),
  currency: z.string().nullable(),
  reason: z.string().nullable(),
  /** The stated day, else the time of the statement. */
  occurred_at: z.date(),
  is_current: z.boolean(),
});
export type StatedLabel = z.output<typeof StatedLabel>;

/** Every statement about these orders; marks the one that counts for each order. */
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
