import type { LabelKind } from '../contracts/v1/labels.js';
import { sumAmounts } from './money.js';

/** One earlier order (or this one) as others may count it; hashes in hex, nothing personal. */
export interface HistoryRow {
  readonly transactionId: string;
  /** Of two orders that share a subject the later one has the higher position. */
  readonly position: number;
  readonly receivedAtMs: number;
  /** The same for all shipment groups of an order. */
  readonly order: string;
  readonly card: string;
  readonly email: string | null;
  readonly account: string | null;
  readonly device: string | null;
  readonly ip: string | null;
  /** Only of orders that share the BIN. */
  readonly last4: string | null;
  readonly billingPostal: string | null;
  /** In `currency`, as is what was authorised. */
  readonly amount: number;
  readonly authorizedAmount: number;
  /** ISO 4217 code. Amounts of two currencies are never added or compared. */
  readonly currency: string;
  /** The processor's; null where it was not noted, as is the next. */
  readonly responseCode: number | null;
  readonly avsCode: string | null;
  readonly goods: string;
  /** Hashes of the promotion codes used. */
  readonly promotions: readonly string[];
  /**
   * True when the order's first answer was review, as far as it was known at this order's time.
   * Only of orders that share one of `reviewedKinds`; the next two are alike.
   */
  readonly wasReviewed: boolean;
  /** True when it was rejected, at once or by a person, as far as it was known then. */
  readonly wasRejected: boolean;
  /** What is said of the order, as far as it was said at this order's time. */
  readonly label: LabelKind | null;
  /** Only of orders that share a place with this one: the name there, and the place. */
  readonly name: string | null;
  readonly place: string | null;
}

/** What of an order is shared: its subjects, the places that it ships to, and who sold it. */
export const sharedKinds = [
  'card',
  'email',
  'account',
  'device',
  'ip',
  'bin',
  'address',
  'salesRep',
] as const;
export type SharedKind = (typeof sharedKinds)[number];

/** By what of an order a fact asks for the labels, reviews and rejections of others. */
export const labelledKinds: readonly SharedKind[] = ['card', 'email', 'device', 'address'];
export const reviewedKinds: readonly SharedKind[] = ['salesRep'];
/** Whose orders are asked for their promotion codes. */
export const promotedKinds: readonly SharedKind[] = ['card', 'device', 'address'];
export const rejectedKinds: readonly SharedKind[] = ['address'];

/**
 * The latest orders that share a subject with the order being scored, itself included, up to its
 * own instant and position. A subject that the order lacks has no rows.
 */
export interface History extends Readonly<Record<SharedKind, readonly HistoryRow[]>> {
  /**
   * The order total that 99 of 100 orders of the banner in its own currency do not exceed, as of
   * the day before; null while there are too few.
   */
  readonly bannerP99: number | null;
  /**
   * Share of the banner's orders of the week, the latest thousand of them, that the sales person
   * has; null when the order has none.
   */
  readonly salesRepShare: number | null;
}

/** An order that nobody knows anything about, not even itself. */
export const noHistory: History = {
  card: [],
  email: [],
  account: [],
  device: [],
  ip: [],
  bin: [],
  address: [],
  salesRep: [],
  bannerP99: null,
  salesRepShare: null,
};

const hourMs = 3_600_000;
export const windowMs = {
  '10m': hourMs / 6,
  '15m': hourMs / 4,
  '1h': hourMs,
  '24h': 24 * hourMs,
  '7d': 7 * 24 * hourMs,
  '14d': 14 * 24 * hourMs,
  '30d': 30 * 24 * hourMs,
  '180d': 180 * 24 * hourMs,
} as const;
export type Window = keyof typeof windowMs;

/** The rows of a window that slides to `atMs`: what is exactly as old as the window is out. */
export const within = (
  rows: readonly HistoryRow[],
  atMs: number,
  window: Window,
): readonly HistoryRow[] => rows.filter((row) => row.receivedAtMs > atMs - windowMs[window]);

/** How many different values; rows that lack it do not count. */
export const countDistinct = (
  rows: readonly HistoryRow[],
  value: (row: HistoryRow) => string | null,
): number => {
  const [first] = rows;
  if (first === undefined) return 0;
  if (rows.length === 1) return value(first) === null ? 0 : 1;
  const values = new Set<string>();
  for (const row of rows) {
    const one = value(row);
    if (one !== null) values.add(one);
  }
  return values.size;
};

/** How many different orders; the shipment groups of one order are one. */
export const countOrders = (rows: readonly HistoryRow[]): number =>
  countDistinct(rows, ({ order }) => order);

/** Whether it was known at the order's time that this one was fraud. */
export const isFraud = ({ label }: HistoryRow): boolean =>
  label !== null && label !== 'good' && label !== 'dispute';

/**
 * How many different orders, and the sum of their totals. Of an order's shipment groups the highest
 * total counts: each may tell the total of them all.
 */
export const totalOfOrders = (rows: readonly HistoryRow[]): { orders: number; sum: number } => {
  const totals = new Map<string, number>();
  for (const { order, amount } of rows) {
    totals.set(order, Math.max(amount, totals.get(order) ?? 0));
  }
  return { orders: totals.size, sum: sumAmounts(totals.values()) };
};
