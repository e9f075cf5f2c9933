/** Orders of a banner that are looked at: one person never has half of so many. */
const bannerOrdersMax = 1000;

/** One number, beside a row `own` of `order_history`, of its week; none without a sales person. */
export const salesRepShare = `select count(distinct one.order_hash) filter (
      where one.sales_rep = any(own.sales_rep_known)
    )::float8 / count(distinct one.order_hash)
  from own cross join lateral (
    select order_hash, sales_rep from order_history h
    where own.sales_rep is not null and h.banner = own.banner and h.position <= own.position
      and h.received_at > own.received_at - interval '${7 * 24} hours'
      and h.received_at <= own.received_at
    order by h.received_at desc limit ${bannerOrdersMax}
  ) one
  having count(*) > 0`;
