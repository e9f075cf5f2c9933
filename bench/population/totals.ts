import type { Banner } from '../../contracts/hbc/transaction.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { dayMs } from './calendar.js';

const windowDays = 30;
/** As in `db/order-history.ts`: ten orders are above the percentile. */
const ordersMin = 1000;

/** Order totals of a banner, day by day. */
export interface Totals {
  readonly add: (transaction: SanitisedTransaction, receivedAtMs: number) => void;
  /**
   * The 99th percentile of the order totals in the thirty days before this UTC day; null with too
   * few orders.
   */
  readonly p99Of: (banner: Banner, atMs: number) => number | null;
}

/** Nearest rank, like SQL's `percentile_disc`. */
const p99 = (amounts: readonly number[]): number | null =>
  amounts.length < ordersMin
    ? null
    : (amounts.toSorted((one, other) => one - other)[Math.ceil(amounts.length * 0.99) - 1] ?? null);

/** Counts each banner in its own currency and ignores orders in another one. */
export const createTotals = (): Totals => {
  const byDay = new Map<string, number[]>();
  const known = new Map<string, number | null>();
  const dayOf = (atMs: number): number => Math.floor(atMs / dayMs);
  return {
    add: ({ banner, currencyCode, orderTotal }, receivedAtMs) => {
      if (currencyCode !== (banner === 'bay' ? 'CAD' : 'USD')) return;
      const key = `${banner}:${dayOf(receivedAtMs)}`;
      const amounts = byDay.get(key);
      if (amounts === undefined) byDay.set(key, [orderTotal]);
      else amounts.push(orderTotal);
    },
    p99Of: (banner, atMs) => {
      const today = dayOf(atMs);
      const key = `${banner}:${today}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const days = Array.from({ length: windowDays }, (_, back) => today - 1 - back);
      const value = p99(days.flatMap((day) => byDay.get(`${banner}:${day}`) ?? []));
      known.set(key, value);
      return value;
    },
  };
};
