import { z } from 'zod';
import { outcomes } from '../contracts/hbc/decision.js';
import { banners } from '../contracts/hbc/transaction.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const DecidedRow = z.object({
  hour: z.date(),
  outcome: z.enum(outcomes),
  /** Null, as the currency, of orders that are older than the history. */
  banner: z.enum(banners).nullable(),
  currency: z.string().nullable(),
  orders: z.int(),
  /** Those among them that would have been rejected and went to a reviewer by chance. */
  sampled: z.int(),
  amount: z.coerce.number(),
});
export type DecidedRow = z.output<typeof DecidedRow>;

// Nearly all orders were received within an hour of their decision: those are joined all at once,
// and only the others one by one. Without the bound Postgres might read the whole history.
export const decidedSinceText = `select date_trunc('hour', d.decided_at, 'UTC') as hour, d.outcome,
    coalesce(h.banner, o.banner) as banner, coalesce(h.currency, o.currency) as currency,
    count(*)::integer as orders, count(d.sampled_reject_share)::integer as sampled,
    coalesce(sum(coalesce(h.amount, o.amount)), 0) as amount
  from decisions d
  left join order_history h on h.transaction_id = d.transaction_id
    and h.received_at >= $1::timestamptz - interval '1 hour'
  left join lateral (select banner, currency, amount from order_history one
    where h.transaction_id is null and one.transaction_id = d.transaction_id limit 1) o on true
  where d.decided_at >= $1 and not d.is_imported
  group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

/** Orders decided since an instant, by the hour of the decision, outcome, banner and currency. */
export const countDecidedSince = async (db: Queryable, since: Date): Promise<DecidedRow[]> => {
  const { rows } = await reached(
    db.query({ name: 'count-orders-decided-since', text: decidedSinceText, values: [since] }),
  );
  return parseRows(DecidedRow, rows);
};

const OpenRow = z.object({
  bucket: z.int(),
  currency: z.string().nullable(),
  cases: z.int(),
  overdue: z.int(),
  at_risk: z.coerce.number(),
  unknown: z.int(),
});
export type OpenRow = z.output<typeof OpenRow>;

export const openByAgeText = `select
    width_bucket(c.opened_at, $2::timestamptz[]) as bucket, c.currency, count(*)::integer as cases,
    (count(*) filter (where c.due_at < $1))::integer as overdue,
    coalesce(sum(c.at_risk), 0) as at_risk,
    (count(*) filter (where c.at_risk is null))::integer as unknown
  from cases c
  where c.status = 'open' and not exists (select from case_decisions d
    where d.case_id = c.case_id and d.round = c.round and d.state in ('pending', 'applying'))
  group by 1, 2`;

/**
 * Open cases without those whose decision is under way, by currency and by when they were opened:
 * bucket 0 before the first of `bounds`, which ascend, bucket 1 from then on, and so on.
 */
export const countOpenByAge = async (
  db: Queryable,
  { now, bounds }: { readonly now: Date; readonly bounds: readonly Date[] },
): Promise<OpenRow[]> => {
  const { rows } = await reached(
    db.query({ name: 'count-open-by-age', text: openByAgeText, values: [now, bounds] }),
  );
  return parseRows(OpenRow, rows);
};

const ReviewHourRow = z.object({ hour: z.date(), opened: z.int(), decided: z.int() });
export type ReviewHourRow = z.output<typeof ReviewHourRow>;

export const reviewHoursText = `select date_trunc('hour', at, 'UTC') as hour,
    (count(*) filter (where kind <> 'verdict'))::integer as opened,
    (count(*) filter (where kind = 'verdict'))::integer as decided
  from order_events
  where at >= $1 and (kind = 'oms_refused'
    or kind = 'verdict' and details ->> 'source' in ('api', 'signal')
    or kind = 'decided' and details ->> 'outcome' = 'review')
  group by 1 order by 1`;

/** Reviews that began and reviews that people ended since an instant, by hour. */
export const countReviewsByHour = async (db: Queryable, since: Date): Promise<ReviewHourRow[]> => {
  const { rows } = await reached(
    db.query({ name: 'count-reviews-by-hour', text: reviewHoursText, values: [since] }),
  );
  return parseRows(ReviewHourRow, rows);
};

const ReviewTimesRow = z.object({
  people: z.int(),
  expired: z.int(),
  half_seconds: z.coerce.number().nullable(),
  most_seconds: z.coerce.number().nullable(),
});
export type ReviewTimesRow = z.output<typeof ReviewTimesRow>;

export const reviewTimesText = `with ended as (
    select details ->> 'source' as source, extract(epoch from e.at - c.opened_at) as seconds
    from order_events e cross join lateral (select opened_at from cases c
      where c.transaction_id = e.transaction_id limit 1) c
    where e.kind = 'verdict' and e.at >= $1
  )
  select (count(*) filter (where source in ('api', 'signal')))::integer as people,
    (count(*) filter (where source = 'expiry'))::integer as expired,
    percentile_disc(0.5) within group (order by seconds)
      filter (where source in ('api', 'signal')) as half_seconds,
    percentile_disc(0.9) within group (order by seconds)
      filter (where source in ('api', 'signal')) as most_seconds
  from ended`;

/**
 * How many reviews people and deadlines ended since an instant, and within which time people ended
 * half and nine tenths of theirs, counted from when the case was first opened.
 */
export const measureReviews = async (db: Queryable, since: Date): Promise<ReviewTimesRow> => {
  const { rows } = await reached(
    db.query({ name: 'measure-reviews', text: reviewTimesText, values: [since] }),
  );
  const none = { people: 0, expired: 0, half_seconds: null, most_seconds: null };
  return parseRow(ReviewTimesRow, rows) ?? none;
};
