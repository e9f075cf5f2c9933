import { z } from 'zod';
import { binDayOrdersMax, type BinDay, neighbourSerials, serials } from '../domain/history.js';

const apart = 'left(one.last4, 3)::int - left(own.last4, 3)::int';

/**
 * The last four digits of other cards of the order's BIN in the day before the row `own`, and how
 * many of them are neighbours. As in all rows of a BIN, orders that are being stored just then are
 * missing; imported orders count from the moment they are stored.
 */
export const binDay = `select array[
      count(distinct one.last4),
      count(distinct one.last4) filter (where least(
        mod(${apart} + ${serials}, ${serials}), mod(${serials} - (${apart}), ${serials})
      ) <= ${neighbourSerials})]::int[]
    from own cross join lateral (
      select last4 from order_card_digits digits
      where digits.bin = own.bin
        and (digits.position <= own.position
          or (own.counts_from is not null and digits.received_at < own.received_at))
        and digits.received_at > own.received_at - interval '24 hours'
        and digits.received_at <= own.received_at
      order by digits.received_at desc limit ${binDayOrdersMax}
    ) one
    where one.last4 <> own.last4`;

/** Reads a column of `binDay`. */
export const BinDayColumn = z
  .tuple([z.number(), z.number()])
  .transform(([cards, neighbours]): BinDay => ({ cards, neighbours }));
