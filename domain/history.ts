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
  /** Only of orders that share the BIN. */
  readonly last4: string | null;
  readonly billingPostal: string | null;
  readonly amount: number;
  readonly authorizedAmount: number;
  readonly goods: string;
  /** Only of orders that share a place with this one: the name there. */
  readonly name: string | null;
}

/** What of an order is shared: its subjects, and the places that it ships to. */
export type SharedKind = 'card' | 'email' | 'account' | 'device' | 'ip' | 'bin' | 'address';

/**
 * The latest orders that share a subject with the order being scored, itself included, up to its
 * own instant and position. A subject that the order lacks has no rows.
 */
export type History = Readonly<Record<SharedKind, readonly HistoryRow[]>>;

/** An order that nobody knows anything about, not even itself. */
export const noHistory: History = {
  card: [],
  email: [],
  account: [],
  device: [],
  ip: [],
  bin: [],
  address: [],
};

const hourMs = 3_600_000;
export const windowMs = {
  '10m': hourMs / 6,
  '15m': hourMs / 4,
  '1h': hourMs,
  '24h': 24 * hourMs,
  '7d': 7 * 24 * hourMs,
  '14d': 14 * 24 * hourMs,
  '180d': 180 * 24 * hourMs,
} as const;
export type Window = keyof typeof windowMs;

/** The rows of a window that slides to `atMs`: what is exactly as old as the window is out. */
export const within = (
  rows: readonly HistoryRow[],
  atMs: number,
  window: Window,
): readonly HistoryRow[] => rows.filter((row) => row.receivedAtMs > atMs - windowMs[window]);

/** How many different orders; the shipment groups of one order are one. */
export const countOrders = (rows: readonly HistoryRow[]): number =>
  new Set(rows.map(({ order }) => order)).size;

/** How many different values; rows that lack it do not count. */
export const countDistinct = (
  rows: readonly HistoryRow[],
  value: (row: HistoryRow) => string | null,
): number => new Set(rows.map(value).filter((one) => one !== null)).size;
