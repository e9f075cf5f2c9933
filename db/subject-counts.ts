import { z } from 'zod';
import {
  type CountedOrder,
  type CountedSubject,
  type Counts,
  countByWindow,
  countedSubjects,
} from '../domain/case/counts.js';
import { groupBy } from '../domain/group-by.js';
import { asOwn, columnOf, ownOrder } from './own-order.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** Rows read for one subject: a shopper with more gets a lower bound of the count. */
const rowsMax = 200;

const columns = `h.received_at, h.order_hash, h.amount, h.currency, ${asOwn('card')},
  ${asOwn('email')}, ${asOwn('account')}`;

/**
 * Postgres takes a limit that it does not know for a tenth of the rows. With a known one beyond its
 * estimate of a subject's rows it reads and sorts all of them, which may be a hundred thousand.
 */
const walk = `order by received_at desc limit (select ${rowsMax})`;

/** The latest rows of a subject, by one index walk for each of its tokens. */
const rowsOf = (subject: CountedSubject): string => {
  if (subject === 'address') {
    return `select ${columns}
      from (select distinct value from unnest(own.places) as p(value)) known
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

const ofSubject = (subject: CountedSubject): string =>
  `select '${subject}' as subject, one.*
    from own cross join lateral (select * from (${rowsOf(subject)}) latest ${walk}) one`;

/** The first order of a subject, which may lie before the rows that are read. */
const firstOf = (subject: CountedSubject): string => {
  const [table, column, tokens] =
    subject === 'address'
      ? ['order_addresses', 'address', 'own.places']
      : ['order_history', columnOf[subject], `own.${columnOf[subject]}_known`];
  return `select '${subject}' as subject, min(first.received_at) as first_at
    from own cross join unnest(${tokens}) as known(value)
    cross join lateral (
      select received_at from ${table} where ${column} = known.value order by received_at limit 1
    ) first`;
};

const union = (parts: readonly string[]): string => parts.join('\nunion all\n');

export const subjectCountsText = `with own as materialized (${ownOrder} where transaction_id = $1),
  found as materialized (${union(countedSubjects.map(ofSubject))}),
  firsts as materialized (${union(countedSubjects.map(firstOf))})
  select found.subject, firsts.first_at, found.order_hash, found.card, found.email, found.account,
    case when found.currency = own.currency then found.amount::float8 end as amount,
    extract(epoch from own.received_at - found.received_at)::float8 * 1000 as ago_ms
  from own cross join found join firsts using (subject)`;

const text = z.instanceof(Buffer).transform((bytes) => bytes.toString('latin1'));
const Row = z.object({
  subject: z.enum(countedSubjects),
  first_at: z.date(),
  order_hash: text,
  card: text,
  email: text.nullable(),
  account: text.nullable(),
  amount: z.number().nullable(),
  ago_ms: z.number(),
});

/** What is known of one subject of an order at its receipt, the order included. */
export interface SubjectCounts {
  readonly subject: CountedSubject;
  readonly firstAt: Date;
  /** The lifetime counts are lower bounds. */
  readonly isMore: boolean;
  readonly counts: Counts;
}

const toOrder = (row: z.output<typeof Row>): CountedOrder => ({
  agoMs: row.ago_ms,
  order: row.order_hash,
  card: row.card,
  email: row.email,
  account: row.account,
  amount: row.amount ?? undefined,
});

/**
 * Counts the orders of each subject of an order up to its receipt. Reads at most `rowsMax` rows of
 * a subject, so a shopper with many orders costs no more than that.
 */
export const readSubjectCounts = async (
  db: Queryable,
  transactionId: string,
): Promise<SubjectCounts[]> => {
  const { rows } = await reached(
    db.query({ name: 'read-subject-counts', text: subjectCountsText, values: [transactionId] }),
  );
  const bySubject = groupBy(parseRows(Row, rows), ({ subject }) => subject);
  return countedSubjects.flatMap((subject) => {
    const found = bySubject.get(subject) ?? [];
    const [first] = found;
    if (first === undefined) return [];
    return [
      {
        subject,
        firstAt: first.first_at,
        isMore: found.length >= rowsMax,
        counts: countByWindow(found.map(toOrder)),
      },
    ];
  });
};
