import { z } from 'zod';
import { asOwn, columnOf, ownOrder } from './order-history.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** The subjects whose orders the case page counts. */
export const countedSubjects = ['card', 'email', 'account', 'device', 'ip', 'address'] as const;
export type CountedSubject = (typeof countedSubjects)[number];

/** Windows before the order's receipt; `lifetime` reaches as far back as orders are stored. */
export const countedWindows = ['hour', 'day', 'week', 'lifetime'] as const;
export type CountedWindow = (typeof countedWindows)[number];

/** What is counted. `sum` is in the currency of the order. */
export const countedMeasures = ['orders', 'sum', 'cards', 'emails', 'accounts'] as const;
export type CountedMeasure = (typeof countedMeasures)[number];

/** Rows read for one subject: a shopper with more gets a lower bound of the count. */
export const countedRowsMax = 1000;

const intervals: Readonly<Record<CountedWindow, string>> = {
  hour: `interval '1 hour'`,
  day: `interval '24 hours'`,
  week: `interval '168 hours'`,
  lifetime: `interval '1000 years'`,
};

const columns = `h.received_at, h.order_hash, h.amount, h.currency, ${asOwn('card')},
  ${asOwn('email')}, ${asOwn('account')}`;

const walk = `order by received_at desc limit ${countedRowsMax}`;

/** The latest rows of a subject, by one index walk for each of its tokens. */
const rowsOf = (subject: CountedSubject): string => {
  if (subject === 'address') {
    return `select ${columns} from (select distinct value from unnest(own.places) as p(value)) known
      cross join lateral (
        select transaction_id from order_addresses
        where address = known.value and position <= own.position ${walk}
      ) place
      join order_history h using (transaction_id)`;
  }
  const column = columnOf[subject];
  return `select ${columns} from unnest(own.${column}_known) as known(value)
    cross join lateral (
      select * from order_history
      where ${column} = known.value and position <= own.position ${walk}
    ) h`;
};

const firstOf = (subject: CountedSubject): string => {
  const [table, column, tokens] =
    subject === 'address'
      ? ['order_addresses', 'address', 'own.places']
      : ['order_history', columnOf[subject], `own.${columnOf[subject]}_known`];
  return `(select min(first.received_at) from unnest(${tokens}) as known(value)
    cross join lateral (select received_at from ${table} where ${column} = known.value
      order by received_at limit 1) first)`;
};

const ofSubject = (subject: CountedSubject): string =>
  `select '${subject}' as subject, ${firstOf(subject)} as first_at, own.received_at as own_at,
      own.currency as own_currency, one.*
    from own cross join lateral (select * from (${rowsOf(subject)}) latest ${walk}) one`;

const measureIn = (window: CountedWindow): string => {
  const within = `filter (where received_at > own_at - ${intervals[window]})`;
  return `count(distinct order_hash) ${within} as orders_${window},
    (sum(amount) filter (where received_at > own_at - ${intervals[window]}
      and is_highest_of_order and currency = own_currency))::float8 as sum_${window},
    count(distinct card) ${within} as cards_${window},
    count(distinct email) ${within} as emails_${window},
    count(distinct account) ${within} as accounts_${window}`;
};

export const subjectCountsText = `with own as materialized (${ownOrder} where transaction_id = $1),
  found as (${countedSubjects.map(ofSubject).join('\nunion all\n')}),
  marked as (
    -- Each shipment group may carry the total of the whole order.
    select *, row_number() over (partition by subject, order_hash order by amount desc) = 1
      as is_highest_of_order
    from found
  )
  select subject, min(first_at) as first_at, count(*)::integer as rows,
    ${countedWindows.map(measureIn).join(', ')}
  from marked group by subject`;

const Count = z.coerce.number();

const Row = z.looseObject({
  subject: z.enum(countedSubjects),
  first_at: z.date(),
  rows: z.number(),
});

/** What is known of one subject of an order at its receipt, the order included. */
export interface SubjectCounts {
  readonly subject: CountedSubject;
  readonly firstAt: Date;
  /** The lifetime counts are lower bounds. */
  readonly isMore: boolean;
  readonly counts: Readonly<Record<CountedWindow, Readonly<Record<CountedMeasure, number>>>>;
}

const countsOf = (row: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    countedWindows.map((window) => [
      window,
      Object.fromEntries(
        countedMeasures.map((measure) => [measure, Count.parse(row[`${measure}_${window}`] ?? 0)]),
      ),
    ]),
  ) as SubjectCounts['counts'];

/**
 * Counts the orders of each subject of an order up to its receipt. Reads at most
 * `countedRowsMax` rows of a subject, so a shopper with many orders costs no more than that.
 */
export const readSubjectCounts = async (
  db: Queryable,
  transactionId: string,
): Promise<SubjectCounts[]> => {
  const { rows } = await reached(
    db.query({ name: 'read-subject-counts', text: subjectCountsText, values: [transactionId] }),
  );
  return parseRows(Row, rows).map((row) => ({
    subject: row.subject,
    firstAt: row.first_at,
    isMore: row.rows >= countedRowsMax,
    counts: countsOf(row),
  }));
};
