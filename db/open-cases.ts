import { z } from 'zod';
import type { EvidenceSubject } from '../domain/evidence.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** Orders read for one subject, latest first: cases are open for days only. */
const ordersMax = 1000;

/** The most open cases of one subject. */
const casesMax = 200;

/** A subject that orders store as a keyed hash. */
export type HashedSubject = Exclude<EvidenceSubject, 'card_digits' | 'store'>;

const casesOf = (table: string, column: string): string => `select distinct s.place,
    found.transaction_id
  from unnest($1::int[], $2::bytea[]) as s(place, token)
  cross join lateral (
    select c.transaction_id from (
      select transaction_id from ${table} where ${column} = s.token
      order by received_at desc limit (select ${ordersMax})
    ) h join cases c on c.transaction_id = h.transaction_id
    where c.status = 'open' limit ${casesMax}
  ) found`;

/**
 * One statement for each subject, with a short index walk for each token. Postgres does not know
 * the limit of a walk, and so does not sort all rows instead: see `subject-counts.ts`.
 */
export const openCasesTexts: Readonly<Record<HashedSubject, string>> = {
  card: casesOf('order_history', 'card'),
  email: casesOf('order_history', 'email'),
  account: casesOf('order_history', 'account'),
  device: casesOf('order_history', 'device'),
  address: casesOf('order_addresses', 'address'),
};

/** The last four digits are the more selective half. */
export const openCasesOfDigitsText = `select c.transaction_id from order_card_digits d
  join cases c on c.transaction_id = d.transaction_id
  where d.last4 = $2 and d.bin = $1 and c.status = 'open' limit ${casesMax}`;

const OpenCase = z.object({ place: z.int(), transaction_id: z.string() });

/** Transactions with an open case and one of these tokens as this subject, by the token's index. */
export const listOpenCasesOf = async (
  db: Queryable,
  subject: HashedSubject,
  tokens: readonly { readonly place: number; readonly token: Buffer }[],
): Promise<{ readonly place: number; readonly transactionId: string }[]> => {
  const { rows } = await reached(
    db.query({
      name: `open-cases-of-${subject}`,
      text: openCasesTexts[subject],
      values: [tokens.map(({ place }) => place), tokens.map(({ token }) => token)],
    }),
  );
  return parseRows(OpenCase, rows).map((row) => ({
    place: row.place,
    transactionId: row.transaction_id,
  }));
};

/** Transactions with an open case and a card with these first six and last four digits. */
export const listOpenCasesOfDigits = async (
  db: Queryable,
  { bin6, last4 }: { readonly bin6: string; readonly last4: string },
): Promise<string[]> => {
  const { rows } = await reached(
    db.query({
      name: 'open-cases-of-digits',
      text: openCasesOfDigitsText,
      values: [bin6, last4],
    }),
  );
  return parseRows(OpenCase.omit({ place: true }), rows).map((row) => row.transaction_id);
};
