import { z } from 'zod';
import { goodsOrdersMax, type GoodsTraffic, usualDays } from '../domain/history.js';
import { isCounted } from './counted-orders.js';

/**
 * The usual traffic of exactly the goods of the row `own`; null unless it is a guest's. One index
 * walk of at most `goodsOrdersMax` rows, however popular the goods are. As in all rows of a BIN,
 * orders that are being stored just then are missing.
 */
export const goodsTraffic = `select array[
      count(*) filter (where one.is_before and one.account is null),
      count(*) filter (where one.is_before and one.account is not null),
      1000 * extract(epoch from max(one.received_at) - min(one.received_at))
    ]::float8[]
    from own cross join lateral (
      select h.account, h.received_at,
        h.received_at <= own.received_at - interval '24 hours' as is_before
      from order_history h
      where own.account is null and h.goods_hash = own.goods_hash
        and ${isCounted('h')}
        and h.received_at > own.received_at - interval '${usualDays * 24} hours'
        and h.received_at <= own.received_at
      order by h.received_at desc limit ${goodsOrdersMax}
    ) one
    having count(*) > 0`;

/** Reads a column of `goodsTraffic`. */
export const GoodsTrafficColumn = z
  .tuple([z.number(), z.number(), z.number()])
  .nullable()
  .transform((counts): GoodsTraffic | null => {
    if (counts === null) return null;
    const [guests, members, spanMs] = counts;
    return { guests, members, spanMs };
  });
