import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

/** The orders that a row covers: those of a banner in its own currency, up to the end of a day. */
export interface BannerDay {
  readonly banner: string;
  readonly currency: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
}

/** The days that a row covers; its own day is the last. */
const days = 30;

export const hasBannerTotal = async (
  db: Queryable,
  { banner, day }: Pick<BannerDay, 'banner' | 'day'>,
): Promise<boolean> => {
  const { rows } = await reached(
    db.query({
      name: 'has-banner-total',
      text: `select exists (select from banner_totals where banner = $1 and day = $2) as known`,
      values: [banner, day],
    }),
  );
  return parseRow(z.object({ known: z.boolean() }), rows)?.known ?? false;
};

export const insertBannerTotalText = `insert into banner_totals (banner, day, orders, p99)
  select $1, $2::date, count(*), coalesce(percentile_disc(0.99) within group (order by amount), 0)
  from order_history
  where banner = $1 and currency = $3
    and received_at >= ($2::date - ${days - 1})::timestamp at time zone 'UTC'
    and received_at < ($2::date + 1)::timestamp at time zone 'UTC'
  on conflict do nothing`;

/** Stores the row unless it exists. A banner without orders gets a row with zero. */
export const insertBannerTotal = async (
  db: Queryable,
  { banner, currency, day }: BannerDay,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-banner-total',
      text: insertBannerTotalText,
      values: [banner, day, currency],
    }),
  );
};

/** The fewest orders for a percentile: ten exceed it. */
const percentileOrdersMin = 1000;

/** The total of the latest day before the order's own. */
export const bannerTotal = `select case when orders >= ${percentileOrdersMin} then p99 end
  from banner_totals
  where banner = (select banner from own)
    and day < (select (received_at at time zone 'UTC')::date from own)
  order by day desc limit 1`;
