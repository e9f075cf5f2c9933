import { z } from 'zod';
import { type Outcome, outcomes, statuses } from '../contracts/hbc/decision.js';
import { labelKinds } from '../contracts/v1/labels.js';
import { ownOrder } from './own-order.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** Earlier orders read of one customer, latest first. */
export const earlierMax = 200;

const EarlierRow = z.object({
  transaction_id: z.string(),
  order_hash: z.string(),
  order_id: z.string(),
  group_id: z.string(),
  status: z.enum(statuses),
  received_at: z.date(),
  amount: z.number(),
  currency: z.string(),
  is_own_place: z.boolean(),
  is_own_card: z.boolean(),
  outcome: z.enum(outcomes).nullable(),
  label: z.enum(labelKinds).nullable(),
});
export type EarlierRow = z.output<typeof EarlierRow> & { readonly outcome: Outcome | null };

/**
 * The customer is the account, or the mailbox where the order has no account. The limit is one that
 * Postgres does not know, so that it walks the index: see `subject-counts.ts`.
 */
const ofCustomer = (column: 'account' | 'email'): string =>
  `select h.* from unnest(own.${column}_known) as known(value) cross join lateral (
      select transaction_id, order_hash, received_at, amount, currency, card from order_history
      where ${column} = known.value and position < own.position
      order by received_at desc limit (select ${earlierMax})
    ) h where own.account is ${column === 'account' ? 'not null' : 'null'}`;

const earlierText = `with own as materialized (${ownOrder} where transaction_id = $1),
  found as (
    select h.* from own cross join lateral (
      ${ofCustomer('account')} union all ${ofCustomer('email')}
    ) h
    where h.order_hash <> own.order_hash
    order by h.received_at desc limit ${earlierMax}
  )
  select f.transaction_id, encode(f.order_hash, 'hex') as order_hash, t.order_id, t.group_id,
    t.status, f.received_at, f.amount::float8 as amount, f.currency,
    f.card = any(own.card_known) as is_own_card,
    exists (select from order_addresses a where a.transaction_id = f.transaction_id
      and a.address = any(own.places)) as is_own_place,
    coalesce((select outcome from verdicts v where v.transaction_id = f.transaction_id
      order by round desc limit 1), d.outcome) as outcome,
    (select kind from labels l where l.transaction_id = f.transaction_id and withdrawn_at is null
      order by position desc limit 1) as label
  from own cross join found f join transactions t on t.transaction_id = f.transaction_id
  left join decisions d on d.transaction_id = f.transaction_id
  order by f.received_at desc`;

/** The latest earlier orders of an order's customer, at most `earlierMax`, with their ends. */
export const listEarlierOrders = async (
  db: Queryable,
  transactionId: string,
): Promise<EarlierRow[]> => {
  const { rows } = await reached(
    db.query({ name: 'list-earlier-orders', text: earlierText, values: [transactionId] }),
  );
  return parseRows(EarlierRow, rows);
};
