import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** Cases found in one way; a reviewer narrows the search down instead of paging. */
export const foundMax = 50;

/**
 * Orders read for one subject, latest first; only some of them have cases. Postgres does not know
 * the limit, and so walks the index: see `subject-counts.ts`.
 */
const ordersMax = 1000;

const FoundRow = z.object({ case_id: z.string() });

const idsOf = (rows: readonly unknown[]): string[] =>
  parseRows(FoundRow, rows).map(({ case_id: id }) => id);

/** Cases of an order with this number at any banner, or this transaction; latest first. */
export const findCasesByNumber = async (db: Queryable, text: string): Promise<string[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-cases-by-number',
      text: `select c.case_id from (
            select transaction_id from transactions
            where banner = any($2::text[]) and order_id = $1
            union
            select transaction_id from transactions where transaction_id = $1
          ) found join cases c using (transaction_id)
        order by c.opened_at desc, c.case_id limit ${foundMax}`,
      values: [text, banners],
    }),
  );
  return idsOf(rows);
};

/** Cases of orders with one of these tokens as e-mail or account; latest first. */
export const findCasesByToken = async (
  db: Queryable,
  subject: 'email' | 'account',
  tokens: readonly Buffer[],
): Promise<string[]> => {
  const { rows } = await reached(
    db.query({
      name: `find-cases-by-${subject}`,
      text: `select c.case_id from (
            select transaction_id, received_at from order_history
            where ${subject} = any($1::bytea[])
            order by received_at desc limit (select ${ordersMax})
          ) found join cases c using (transaction_id)
        order by found.received_at desc, c.case_id limit ${foundMax}`,
      values: [tokens],
    }),
  );
  return idsOf(rows);
};

/** Cases of orders paid with a card of these last four, and first six if given; latest first. */
export const findCasesByDigits = async (
  db: Queryable,
  { bin6, last4 }: { readonly bin6: string | undefined; readonly last4: string },
): Promise<string[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-cases-by-digits',
      text: `select c.case_id from (
            select transaction_id, received_at from order_card_digits
            where last4 = $1 and ($2::text is null or bin = $2)
            order by received_at desc limit (select ${ordersMax})
          ) found join cases c using (transaction_id)
        order by found.received_at desc, c.case_id limit ${foundMax}`,
      values: [last4, bin6 ?? null],
    }),
  );
  return idsOf(rows);
};
