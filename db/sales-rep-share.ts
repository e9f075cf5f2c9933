import { isCounted } from './counted-orders.js';

/** Orders of a banner to read: no sales rep ever has half of this many. */
const bannerOrdersMax = 1000;

/**
 * The share of a sales rep in the banner's orders of the week before the row `own` of
 * `order_history`; null without a sales rep.
 */
export const salesRepShare = `select count(distinct one.order_hash) filter (
      where one.sales_rep = any(own.sales_rep_known)
    )::float8 / count(distinct one.order_hash)
  from own cross join lateral (
    select order_hash, sales_rep from order_history h
    where own.sales_rep is not null and h.banner = own.banner
      and ${isCounted('h')}
      and h.received_at > own.received_at - interval '${7 * 24} hours'
      and h.received_at <= own.received_at
    order by h.received_at desc limit ${bannerOrdersMax}
  ) one
  having count(*) > 0`;
