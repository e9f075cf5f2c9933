import { z } from 'zod';
import {
  usualDays,
  type UsualKind,
  usualLagDays,
  usualOrdersMin,
  type UsualTraffic,
} from '../domain/history.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

/** Which answers count as a match or an approval; all others are unmatched. */
export interface MatchingAnswers {
  readonly avsCodes: readonly string[];
  readonly responseCodes: readonly number[];
}

/** `day` is `YYYY-MM-DD`, UTC. */
export const hasUsualTraffic = async (db: Queryable, day: string): Promise<boolean> => {
  const { rows } = await reached(
    db.query({
      name: 'has-usual-traffic',
      text: `select exists (select from usual_traffic_days where day = $1) as known`,
      values: [day],
    }),
  );
  return parseRow(z.object({ known: z.boolean() }), rows)?.known ?? false;
};

/** Backtests of this many days count orders anew as they were counted then. */
const keptDays = 400;

const insertText = `with marked as (
    insert into usual_traffic_days (day) values ($1::date) on conflict do nothing returning day
  ), deleted_days as (
    delete from usual_traffic_days where day < $1::date - ${keptDays}
  ), deleted as (
    delete from usual_traffic where day < $1::date - ${keptDays}
  ), counted as (
    select digits.bin, h.ip, h.store, h.account is null as is_guest,
      date_trunc('hour', h.received_at at time zone 'UTC') as hour,
      coalesce(not h.response_code = any($3::bigint[]), false)
        or coalesce(not h.avs_code = any($4::text[]), false) as is_unmatched
    from marked cross join order_history h
    join order_card_digits digits on digits.transaction_id = h.transaction_id
    where h.banner = any($2::text[])
      and h.received_at >= ($1::date - ${usualDays - 1})::timestamp at time zone 'UTC'
      and h.received_at < ($1::date + 1)::timestamp at time zone 'UTC'
  ), keyed as (
    select 'bin' as kind, convert_to(bin, 'UTF8') as subject, hour, is_unmatched,
      is_guest
    from counted
    union all
    select 'ip', ip, hour, is_unmatched, is_guest from counted where ip is not null
    union all
    select 'store', convert_to(store, 'UTF8'), hour, is_unmatched, is_guest
    from counted where store is not null
  ), hourly as (
    select kind, subject, hour, count(*) as orders,
      count(*) filter (where is_unmatched) as unmatched,
      count(*) filter (where is_guest) as guests
    from keyed group by kind, subject, hour
  ), daily as (
    select kind, subject, sum(orders) as orders, sum(unmatched) as unmatched,
      sum(guests) as guests, max(orders) as busiest_hour
    from hourly group by kind, subject, date_trunc('day', hour)
  )
  insert into usual_traffic
    (kind, subject, day, orders, unmatched, guests, busiest_hour, busiest_day)
  select kind, subject, $1::date, sum(orders), sum(unmatched), sum(guests), max(busiest_hour),
    max(orders)
  from daily group by kind, subject
  having sum(orders) >= ${usualOrdersMin}
  on conflict do nothing`;

/**
 * Counts the usual traffic as of the end of a day (`YYYY-MM-DD`, UTC) and stores it, unless it is
 * stored. Orders of shipment groups count one by one.
 */
export const insertUsualTraffic = async (
  db: Queryable,
  day: string,
  banners: readonly string[],
  { avsCodes, responseCodes }: MatchingAnswers,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-usual-traffic',
      text: insertText,
      values: [day, banners, responseCodes, avsCodes],
    }),
  );
};

/** After this many days without a count nothing is usual any more. */
const staleDays = 7;

const subjectsOf: Readonly<Record<UsualKind, string>> = {
  bin: `array[convert_to(own.bin, 'UTF8')]`,
  ip: 'own.ip_known',
  store: `array[convert_to(own.store, 'UTF8')]`,
};

/**
 * The usual traffic of an order's subject in a statement with the order as `own`. Counts of its own
 * day and of yesterday are left out: they may come while orders of the day are being scored.
 */
export const usualTraffic = (kind: UsualKind): string =>
  `select array[usual.orders, usual.unmatched, usual.busiest_hour, usual.busiest_day,
      usual.guests]
    from (
      select own.bin, own.ip_known, own.store, (
        select day from usual_traffic_days
        where day <= (own.received_at at time zone 'UTC')::date - ${usualLagDays}
          and day > (own.received_at at time zone 'UTC')::date - ${usualLagDays + staleDays}
        order by day desc limit 1
      ) as day
      -- An order without the subject does not even read the day.
      from own where own.${kind} is not null
    ) own join usual_traffic usual on usual.kind = '${kind}'
      and usual.subject = any(${subjectsOf[kind]}) and usual.day = own.day
    order by usual.orders desc limit 1`;

/** Reads a column of `usualTraffic`. */
export const UsualColumn = z
  .tuple([z.number(), z.number(), z.number(), z.number(), z.number().nullable()])
  .nullable()
  .transform((counts): UsualTraffic | null => {
    if (counts === null) return null;
    const [orders, unmatched, busiestHour, busiestDay, guests] = counts;
    return { orders, unmatched, guests, busiestHour, busiestDay };
  });
