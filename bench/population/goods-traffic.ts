import {
  goodsOrdersMax,
  type GoodsTraffic,
  type HistoryRow,
  usualDays,
} from '../../domain/history.js';
import { dayMs } from './calendar.js';

/** The usual traffic of an order's goods, given the orders of these goods by time of receipt. */
export const goodsTrafficOf = (
  own: HistoryRow,
  orders: readonly { readonly row: HistoryRow }[],
): GoodsTraffic => {
  let [guests, members, rows, oldestMs] = [0, 0, 0, own.receivedAtMs];
  for (const { row } of orders.toReversed()) {
    if (rows === goodsOrdersMax) break;
    if (row.receivedAtMs <= own.receivedAtMs - usualDays * dayMs) break;
    if (row.receivedAtMs > own.receivedAtMs || row.position > own.position) continue;
    rows += 1;
    oldestMs = row.receivedAtMs;
    if (row.receivedAtMs > own.receivedAtMs - dayMs) continue;
    if (row.account === null) guests += 1;
    else members += 1;
  }
  return { guests, members, spanMs: own.receivedAtMs - oldestMs };
};
