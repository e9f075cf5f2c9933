import { z } from 'zod';
import { outcomes, statuses } from '../contracts/hbc/decision.js';
import { banners } from '../contracts/hbc/transaction.js';
import { labelKinds } from '../contracts/v1/labels.js';
import { columnOf, ownOrder } from './own-order.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** The subjects by which the case page links orders. */
export const linkedSubjects = ['card', 'email', 'account', 'device', 'ip', 'address'] as const;
export type LinkedSubject = (typeof linkedSubjects)[number];

/** Households change, and networks have new users after a while. */
const ipDays = 7;

/** A limit that Postgres does not know, so that it walks the index: see `subject-counts.ts`. */
const latest = 'order by received_at desc limit (select $2::integer)';

const ofHashed = (subject: Exclude<LinkedSubject, 'address'>): string => {
  const column = columnOf[subject];
  const near =
    subject === 'ip'
      ? `and received_at between own.received_at - interval '${ipDays * 24} hours'
          and own.received_at + interval '${ipDays * 24} hours'`
      : '';
  return `select own.transaction_id as from_id, '${subject}' as subject,
      encode(own.${column}, 'hex') as token, one.transaction_id as to_id, one.received_at
    from own cross join lateral (
      select h.* from unnest(own.${column}_known) as known(value) cross join lateral (
        select transaction_id, received_at from order_history
        where ${column} = known.value ${near} ${latest}
      ) h ${latest}
    ) one`;
};

const ofAddress = `select own.transaction_id as from_id, 'address' as subject,
    encode(one.address, 'hex') as token, one.transaction_id as to_id, one.received_at
  from own cross join lateral (
    select h.* from (select distinct value from unnest(own.places) as p(value) limit 5) known
    cross join lateral (
      select transaction_id, address, received_at from order_addresses
      where address = known.value ${latest}
    ) h ${latest}
  ) one`;

const hashedSubjects = linkedSubjects.filter((subject) => subject !== 'address');

export const linksText = `with own as materialized (
    ${ownOrder} where transaction_id = any($1::text[])
  ), found as (
    ${[...hashedSubjects.map(ofHashed), ofAddress].join('\nunion all\n')}
  )
  select from_id, subject, token, to_id from found where to_id <> from_id
  order by received_at desc, to_id, subject`;

const LinkRow = z.object({
  from_id: z.string(),
  subject: z.enum(linkedSubjects),
  /** A keyed hash: it distinguishes shared subjects and stays in the process. */
  token: z.string(),
  to_id: z.string(),
});
export type LinkRow = z.output<typeof LinkRow>;

/**
 * The orders that share a subject with some orders, received before or after them; at most
 * `perSubject` of each subject of each order, latest first.
 */
export const listLinks = async (
  db: Queryable,
  transactionIds: readonly string[],
  perSubject: number,
): Promise<LinkRow[]> => {
  const { rows } = await reached(
    db.query({ name: 'list-links', text: linksText, values: [transactionIds, perSubject] }),
  );
  return parseRows(LinkRow, rows);
};

const LinkedOrderRow = z.object({
  transaction_id: z.string(),
  banner: z.enum(banners),
  order_id: z.string(),
  group_id: z.string(),
  status: z.enum(statuses),
  received_at: z.date(),
  /** Sealed. */
  body: z.instanceof(Buffer),
  amount: z.number(),
  currency: z.string(),
  outcome: z.enum(outcomes).nullable(),
  total_score: z.number().nullable(),
  case_id: z.string().nullable(),
  case_status: z.enum(['open', 'closed']).nullable(),
  label: z.enum(labelKinds).nullable(),
});
export type LinkedOrderRow = z.output<typeof LinkedOrderRow>;

/** What the case page shows of other orders, in the order of the given ids. */
export const listLinkedOrders = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<LinkedOrderRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-linked-orders',
      text: `select t.transaction_id, t.banner, t.order_id, t.group_id, t.status, t.received_at,
          t.body, h.amount::float8 as amount, h.currency, d.total_score,
          coalesce((select outcome from verdicts v where v.transaction_id = t.transaction_id
            order by round desc limit 1), d.outcome) as outcome,
          c.case_id, c.status as case_status,
          (select kind from labels l where l.transaction_id = t.transaction_id
            and withdrawn_at is null order by position desc limit 1) as label
        from unnest($1::text[]) with ordinality as given(transaction_id, place)
        join transactions t using (transaction_id)
        join order_history h using (transaction_id)
        left join decisions d using (transaction_id)
        left join cases c using (transaction_id)
        order by given.place`,
      values: [transactionIds],
    }),
  );
  return parseRows(LinkedOrderRow, rows);
};
