import {
  countDistinct,
  type HistoryRow,
  type SharedKind,
  type Window,
  within,
} from '../history.js';
import { ownValue } from '../own-value.js';
import {
  type Counted,
  defineFactsWith,
  type FactGroup,
  type FactSpec,
  flag,
  number,
  type SourceWith,
} from './fact-group.js';

type Source = SourceWith<'history'>;

/** One order's view of the earlier orders. Windows end at its time of receipt. */
export interface Seen {
  readonly source: Source;
  /** The row of the order itself, the latest in its history. Undefined without one. */
  readonly own: HistoryRow | undefined;
  readonly of: (kind: SharedKind, window: Window) => readonly HistoryRow[];
}

const see = (source: Source): Seen => {
  const { history, receivedAtMs } = source;
  const cut: Partial<Record<SharedKind, Partial<Record<Window, readonly HistoryRow[]>>>> = {};
  let own: HistoryRow | undefined;
  for (const row of history.card) if (own === undefined || row.position > own.position) own = row;
  const of = (kind: SharedKind, window: Window): readonly HistoryRow[] => {
    cut[kind] ??= {};
    cut[kind][window] ??= within(history[kind], receivedAtMs, window);
    return cut[kind][window];
  };
  return { source, own, of };
};

/** All facts of an order share their windows, so each window is cut once. */
const seenBySource = new WeakMap<Source, Seen>();

const seenOf = (source: Source): Seen => {
  const known = seenBySource.get(source);
  if (known !== undefined) return known;
  const seen = see(source);
  seenBySource.set(source, seen);
  return seen;
};

/** One fact over earlier orders: its declaration, its value, and the orders that it counts. */
export interface Tally {
  readonly spec: FactSpec;
  readonly value: (seen: Seen) => number | boolean;
  readonly counted?: (seen: Seen) => Counted;
}

/** The orders to look at: those that share a subject, or the result of a function. */
type Rows = SharedKind | ((seen: Seen, window: Window) => readonly HistoryRow[]);

interface Choice {
  /**
   * The field whose different values are counted; orders by default. Rows without it do not count.
   */
  readonly once?: 'card' | 'email' | 'account' | 'last4' | 'billingPostal' | 'name';
  /** A filter that sees each row and the order's own; all rows by default. */
  readonly only?: (row: HistoryRow, own: HistoryRow) => boolean;
}

const pick = (rows: Rows, window: Window, only: Choice['only']) => {
  const all = (seen: Seen) =>
    typeof rows === 'string' ? seen.of(rows, window) : rows(seen, window);
  if (only === undefined) return all;
  return (seen: Seen): readonly HistoryRow[] => {
    const { own } = seen;
    return own === undefined ? [] : all(seen).filter((row) => only(row, own));
  };
};

/** A fact that measures the orders of a window, for example their sum. */
export const measuring = (
  rows: Rows,
  window: Window,
  meaning: string,
  measure: (rows: readonly HistoryRow[], seen: Seen) => number,
  only?: Choice['only'],
): Tally => {
  const picked = pick(rows, window, only);
  return {
    spec: number(meaning),
    value: (seen) => measure(picked(seen), seen),
    counted: (seen) => ({ window, rows: picked(seen) }),
  };
};

/** A fact that counts different values in a window. The shipment groups of an order count once. */
export const counting = (
  rows: Rows,
  window: Window,
  meaning: string,
  { once, only }: Choice = {},
): Tally => {
  const value = once ?? 'order';
  const count = (some: readonly HistoryRow[]) => countDistinct(some, (row) => row[value]);
  return {
    ...measuring(rows, window, meaning, count, only),
    spec: number(meaning, { min: 0, whole: true }),
  };
};

/** A flag that counts no orders. */
export const telling = (meaning: string, value: (seen: Seen) => boolean): Tally => ({
  spec: flag(meaning),
  value,
});

export const reading = (meaning: string, value: (seen: Seen) => number): Tally => ({
  spec: number(meaning),
  value,
});

/** A group of facts over earlier orders. */
export const defineTallies = (tallies: Readonly<Record<string, Tally>>): FactGroup => {
  const entries = Object.entries(tallies);
  return defineFactsWith(
    ['history'],
    Object.fromEntries(entries.map(([name, { spec }]) => [name, spec])),
    (source) => {
      const seen = seenOf(source);
      return Object.fromEntries(entries.map(([name, { value }]) => [name, value(seen)]));
    },
    (fact, source) => {
      const tally = ownValue(tallies, fact);
      return tally?.counted?.(seenOf(source));
    },
  );
};
