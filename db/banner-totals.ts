import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

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

const totalText = (more?: string): string => `select $1, $2::date, count(*),
    coalesce(percentile_disc(0.99) within group (order by amount), 0)${
      more === undefined ? '' : `, ${more}::uuid`
    }
  from order_history
  where banner = $1 and currency = $3
    and received_at >= ($2::date - ${days - 1})::timestamp at time zone 'UTC'
    and received_at < ($2::date + 1)::timestamp at time zone 'UTC'`;

export const insertBannerTotalText = `insert into banner_totals (banner, day, orders, p99)
  ${totalText()} on conflict do nothing`;

/** A total that an import has to compute, or to compute again. */
const Missing = z.object({ banner: z.enum(banners), day: z.string() });

/**
 * The days from `first` to `last`, inclusive, whose totals an import has not computed, each once a
 * banner, earliest first; without those that live orders have read. `counted` counts all of them.
 */
export const listMissingTotals = async (
  db: Queryable,
  wanted: { readonly importId: string; readonly first: string; readonly last: string },
  limit: number,
): Promise<{ missing: z.output<typeof Missing>[]; counted: number }> => {
  const { rows } = await reached(
    db.query({
      name: 'list-missing-totals',
      text: `select given.banner, wanted.at::date::text as day, count(*) over ()::integer as counted
        from unnest($4::text[]) as given(banner)
        cross join generate_series($2::date, $3::date, interval '1 day') as wanted(at)
        left join banner_totals t on t.banner = given.banner and t.day = wanted.at::date
        where t.banner is null or t.import_id <> $1
        order by wanted.at, given.banner limit $5`,
      values: [wanted.importId, wanted.first, wanted.last, banners, limit],
    }),
  );
  const Row = Missing.extend({ counted: z.number() });
  const found = parseRows(Row, rows);
  return { missing: found, counted: found[0]?.counted ?? 0 };
};

/** Stores a day's total for an import, in place of one of another import. */
export const restateBannerTotal = async (
  db: Queryable,
  { banner, currency, day }: BannerDay,
  importId: string,
): Promise<void> => {
  await reached(
    db.query({
      name: 'restate-banner-total',
      text: `insert into banner_totals (banner, day, orders, p99, import_id) ${totalText('$4')}
        on conflict (banner, day) do update
          set orders = excluded.orders, p99 = excluded.p99, import_id = excluded.import_id
          where banner_totals.import_id is not null`,
      values: [banner, day, currency, importId],
    }),
  );
};

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
