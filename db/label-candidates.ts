import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** The most orders shown for one ambiguous statement. */
export const candidatesMax = 20;

/** An order as chargeback files with an order number name it. */
export interface OrderKey {
  readonly banner: string;
  readonly orderId: string;
  /** Null: any shipment group. */
  readonly groupId: string | null;
}

/** An order as chargeback files without an order number name it. */
export interface CardKey {
  readonly last4: string;
  /** The order's total or the authorised amount, in major units. */
  readonly amount: number;
  readonly currency: string | null;
  readonly banner: string | null;
  /** A day in UTC as YYYY-MM-DD; matches orders received at most `days` days away. */
  readonly day: string;
  readonly days: number;
}

const Candidate = z.object({
  place: z.number(),
  transaction_id: z.string(),
  banner: z.enum(banners),
});

/** An order that may match the key at index `place` of the list. */
export type Candidate = z.output<typeof Candidate>;

const LabelledOrder = z.object({
  transaction_id: z.string(),
  received_at: z.date(),
  // Postgres returns numeric as text. All three are null for orders from before the history
  // existed.
  amount: z.string().transform(Number).nullable(),
  authorized_amount: z.string().transform(Number).nullable(),
  currency: z.string().nullable(),
});

/** The parts of an order that its labels are compared with. */
export type LabelledOrder = z.output<typeof LabelledOrder>;

/** Receipt times and amounts of orders. */
export const listLabelledOrders = async (
  db: Queryable,
  ids: readonly string[],
): Promise<LabelledOrder[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-labelled-orders',
      text: `select t.transaction_id, t.received_at, h.amount::text as amount,
          h.authorized_amount::text as authorized_amount, h.currency
        from transactions t left join order_history h using (transaction_id)
        where t.transaction_id = any($1::text[])`,
      values: [ids],
    }),
  );
  return parseRows(LabelledOrder, rows);
};

/** The transactions with these ids; `place` is the id's index in the list. */
export const findById = async (db: Queryable, ids: readonly string[]): Promise<Candidate[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-label-targets-by-id',
      text: `select (key.place - 1)::integer as place, t.transaction_id, t.banner
        from unnest($1::text[]) with ordinality as key(id, place)
        join transactions t on t.transaction_id = key.id`,
      values: [ids],
    }),
  );
  return parseRows(Candidate, rows);
};

/** For each key the first transactions of that order, one more than are shown. */
export const findByOrderKey = async (
  db: Queryable,
  keys: readonly OrderKey[],
): Promise<Candidate[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-label-targets-by-order',
      text: `select (key.place - 1)::integer as place, found.*
        from unnest($1::text[], $2::text[], $3::text[]) with ordinality
          as key(banner, order_id, group_id, place)
        cross join lateral (
          select t.transaction_id, t.banner from transactions t
          where t.banner = key.banner and t.order_id = key.order_id
            and (key.group_id is null or t.group_id = key.group_id)
          order by t.received_at, t.transaction_id limit $4
        ) found`,
      values: [
        keys.map((key) => key.banner),
        keys.map((key) => key.orderId),
        keys.map((key) => key.groupId),
        candidatesMax + 1,
      ],
    }),
  );
  return parseRows(Candidate, rows);
};

export const findCandidatesText = `select (key.place - 1)::integer as place, found.*
  from unnest($1::text[], $2::numeric[], $3::text[], $4::text[], $5::date[], $6::integer[])
    with ordinality as key(last4, amount, currency, banner, day, days, place)
  cross join lateral (
    select h.transaction_id, h.banner
    from order_card_digits c join order_history h using (transaction_id)
    where c.last4 = key.last4
      and c.received_at >= (key.day - key.days)::timestamp at time zone 'UTC'
      and c.received_at < (key.day + key.days + 1)::timestamp at time zone 'UTC'
      and (h.amount = key.amount or h.authorized_amount = key.amount)
      and (key.currency is null or h.currency = key.currency)
      and (key.banner is null or h.banner = key.banner)
    order by c.received_at, c.transaction_id limit $7
  ) found`;

/**
 * For each key the first orders of such a card, amount and day, one more than are shown. Uses the
 * index of `order_card_digits` on last four and time; opens no sealed body.
 */
export const findCandidates = async (
  db: Queryable,
  keys: readonly CardKey[],
): Promise<Candidate[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-label-targets-by-card',
      text: findCandidatesText,
      values: [
        keys.map((key) => key.last4),
        keys.map((key) => key.amount),
        keys.map((key) => key.currency),
        keys.map((key) => key.banner),
        keys.map((key) => key.day),
        keys.map((key) => key.days),
        candidatesMax + 1,
      ],
    }),
  );
  return parseRows(Candidate, rows);
};
