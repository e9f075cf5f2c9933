import type { LabelKind } from '../contracts/v1/labels.js';
import type { DomainPast } from './mail-domain.js';
import { sumAmounts } from './money.js';

/**
 * An earlier order (or this one) in the fields that facts count. Hashes are hex; nothing is
 * personal.
 */
export interface HistoryRow {
  readonly transactionId: string;
  /** Of two orders received at the same instant, the later one has the higher position. */
  readonly position: number;
  readonly receivedAtMs: number;
  /** Equal for all shipment groups of an order. */
  readonly order: string;
  readonly card: string;
  readonly email: string | null;
  readonly account: string | null;
  readonly device: string | null;
  readonly ip: string | null;
  /** Only in rows found by BIN. */
  readonly last4: string | null;
  readonly billingPostal: string | null;
  /** In `currency`, like the authorised amount. */
  readonly amount: number;
  readonly authorizedAmount: number;
  /** ISO 4217 code. Amounts of different currencies are never added or compared. */
  readonly currency: string;
  /** The processor's response code; null where it was not stored, like the next field. */
  readonly responseCode: number | null;
  readonly avsCode: string | null;
  readonly goods: string;
  /** Hashes of the promotion codes used. */
  readonly promotions: readonly string[];
  /**
   * True when the order's first answer was review, as known at this order's time. Only in rows
   * found by one of `reviewedKinds`; the next two fields likewise.
   */
  readonly wasReviewed: boolean;
  /** True when it was rejected, at once or by a reviewer, as known at this order's time. */
  readonly wasRejected: boolean;
  /** The order's label, as known at this order's time. */
  readonly label: LabelKind | null;
  /** The recipient's name at the shared place. Only in rows found by address. */
  readonly name: string | null;
  /** The shared place in rows found by address, the shared house in those found by house. */
  readonly place: string | null;
}

/**
 * The keys by which orders are linked: subjects, shipping places, the sales person, and exactly the
 * same goods. These are searched for guests only. The last one is the store, as `storeOf`.
 */
export const sharedKinds = [
  'card',
  'email',
  'account',
  'device',
  'ip',
  'bin',
  'address',
  'house',
  'salesRep',
  'goods',
  'store',
] as const;
export type SharedKind = (typeof sharedKinds)[number];

/** The keys for which facts need labels, reviews and rejections of other orders. */
export const labelledKinds: readonly SharedKind[] = ['card', 'email', 'device', 'address'];
export const reviewedKinds: readonly SharedKind[] = ['salesRep'];
/** The keys for which facts need promotion codes of other orders. */
export const promotedKinds: readonly SharedKind[] = ['card', 'device', 'address', 'house'];
export const rejectedKinds: readonly SharedKind[] = ['account', 'address'];

/** The keys whose usual traffic is known: strangers share a BIN, an IP address and a store. */
export const usualKinds = ['bin', 'ip', 'store'] as const;
export type UsualKind = (typeof usualKinds)[number];

/** The days over which a key's usual traffic is counted. */
export const usualDays = 28;
/** A key with fewer orders in these days has no usual traffic. */
export const usualOrdersMin = 20;
/**
 * The traffic of a day is counted on the next day and used from the one after that on, so every
 * order of a day sees the same, whenever it is scored.
 */
export const usualLagDays = 2;

/** What is usual for a key: its orders of four weeks, up to the end of the day before yesterday. */
export interface UsualTraffic {
  readonly orders: number;
  /** Those with a declined authorisation, or without a match of street or postal code. */
  readonly unmatched: number;
  /** Those without an account; null where an earlier version counted. */
  readonly guests: number | null;
  /** The most orders in an hour by the clock, and on a UTC day. */
  readonly busiestHour: number;
  readonly busiestDay: number;
}

/** The first three of the last four digits count cards; the last one only checks the others. */
export const serials = 1000;
/** Serial numbers this far apart are neighbours: an enumeration counts numbers up. */
export const neighbourSerials = 5;
/** The latest orders of a BIN whose digits are compared; a great issuer has more in a day. */
export const binDayOrdersMax = 1000;

const serialOf = (last4: string): number => Number(last4.slice(0, 3));

/** Whether two cards of a BIN, given by their last four digits, may be of one enumeration. */
export const areNeighbours = (one: string, other: string): boolean => {
  const apart = Math.abs(serialOf(one) - serialOf(other));
  return Math.min(apart, serials - apart) <= neighbourSerials;
};

/** Last four digits of other cards of the order's BIN in the day before it. */
export interface BinDay {
  readonly cards: number;
  /** Those next to the order's own. */
  readonly neighbours: number;
}

/** The latest orders of the same goods that are counted in `usualDays`; some have more in a day. */
export const goodsOrdersMax = 1000;

/** What is usual for the goods of a guest's order: orders of exactly these goods. */
export interface GoodsTraffic {
  /** Orders of guests, older than a day. */
  readonly guests: number;
  /** Orders of customers with an account, older than a day. */
  readonly members: number;
  /** Since the first of the orders that were counted: how long the goods are known, at most. */
  readonly spanMs: number;
}

/**
 * The latest orders that share a subject with the scored order, itself included, up to its own time
 * and position. A subject that the order lacks has no rows.
 */
export interface History extends Readonly<Record<SharedKind, readonly HistoryRow[]>> {
  /**
   * The 99th percentile of the banner's order totals in its own currency, as of the day before;
   * null while there are too few orders.
   */
  readonly bannerP99: number | null;
  /**
   * The sales person's share of the banner's orders of the week (at most the latest thousand); null
   * when the order has none.
   */
  readonly salesRepShare: number | null;
  readonly binDay: BinDay;
  /** The usual traffic of the order's goods; null for an order of an account. */
  readonly goodsTraffic: GoodsTraffic | null;
  /**
   * The earlier orders of the domain of the mailbox; null where it is no firm's own, or was not
   * stored, as in orders of earlier versions.
   */
  readonly domain: DomainPast | null;
  /**
   * The usual traffic of the order's BIN, IP address and store; null where there are too few
   * orders.
   */
  readonly usual: Readonly<Record<UsualKind, UsualTraffic | null>>;
}

/** The history of an order without any rows, not even its own. */
export const noHistory: History = {
  card: [],
  email: [],
  account: [],
  device: [],
  ip: [],
  bin: [],
  address: [],
  house: [],
  salesRep: [],
  goods: [],
  store: [],
  bannerP99: null,
  salesRepShare: null,
  binDay: { cards: 0, neighbours: 0 },
  goodsTraffic: null,
  domain: null,
  usual: { bin: null, ip: null, store: null },
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
  '60d': 60 * 24 * hourMs,
  '180d': 180 * 24 * hourMs,
} as const;
export type Window = keyof typeof windowMs;

/** Orders rows by time, earliest first: imported orders have positions of another time. */
export const byTime = (
  one: Pick<HistoryRow, 'receivedAtMs' | 'position'>,
  other: Pick<HistoryRow, 'receivedAtMs' | 'position'>,
): number => one.receivedAtMs - other.receivedAtMs || one.position - other.position;

/** The rows in a window that ends at `atMs`; a row exactly as old as the window is outside. */
export const within = (
  rows: readonly HistoryRow[],
  atMs: number,
  window: Window,
): readonly HistoryRow[] => rows.filter((row) => row.receivedAtMs > atMs - windowMs[window]);

/** Whether the orders share card, mailbox or account. */
export const isOfCustomer = (row: HistoryRow, own: HistoryRow): boolean =>
  row.card === own.card ||
  (row.email !== null && row.email === own.email) ||
  (row.account !== null && row.account === own.account);

/** Counts different values; rows without a value do not count. */
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

/** Counts different orders; the shipment groups of one order count once. */
export const countOrders = (rows: readonly HistoryRow[]): number =>
  countDistinct(rows, ({ order }) => order);

/** Whether the order was labelled as fraud by the time of the scored order. */
export const isFraud = ({ label }: Pick<HistoryRow, 'label'>): boolean =>
  label !== null && label !== 'good' && label !== 'dispute';

/** After this age an order hardly gets a complaint: card networks allow 120 days. */
const quietMs = windowMs['24h'] * 90;

/** Whether nobody has complained about the order by `atMs`, or it is labelled as good. */
export const isQuiet = (
  { receivedAtMs, label, wasRejected }: Pick<HistoryRow, 'receivedAtMs' | 'label' | 'wasRejected'>,
  atMs: number,
): boolean => label === 'good' || (label === null && !wasRejected && receivedAtMs < atMs - quietMs);

/**
 * The number of different orders and the sum of their totals. Of an order's shipment groups the
 * highest total counts, because each group may carry the total of the whole order.
 */
export const totalOfOrders = (rows: readonly HistoryRow[]): { orders: number; sum: number } => {
  const totals = new Map<string, number>();
  for (const { order, amount } of rows) {
    totals.set(order, Math.max(amount, totals.get(order) ?? 0));
  }
  return { orders: totals.size, sum: sumAmounts(totals.values()) };
};
