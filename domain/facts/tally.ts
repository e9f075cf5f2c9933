import {
  byTime,
  countDistinct,
  type HistoryRow,
  isOfCustomer,
  type SharedKind,
  type Window,
  within,
} from '../history.js';
import { ownValue } from '../own-value.js';
import { isCollected } from '../store-of.js';
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
export interface OrderView {
  readonly source: Source;
  /** The row of the order itself, the latest in its history. Undefined without one. */
  readonly own: HistoryRow | undefined;
  readonly of: (kind: SharedKind, window: Window) => readonly HistoryRow[];
}

const createView = (source: Source): OrderView => {
  const { history, receivedAtMs } = source;
  const cut: Partial<Record<SharedKind, Partial<Record<Window, readonly HistoryRow[]>>>> = {};
  let own: HistoryRow | undefined;
  for (const row of history.card) if (own === undefined || byTime(row, own) > 0) own = row;
  const rowsOf = (kind: SharedKind): readonly HistoryRow[] => {
    const rows = history[kind];
    const isPlace = kind === 'address' || kind === 'house';
    // Strangers collect at the same counter, so only the customer's own orders there say anything.
    return isPlace && rows.length > 1 && isCollected(source.transaction)
      ? rows.filter((row) => own !== undefined && isOfCustomer(row, own))
      : rows;
  };
  const of = (kind: SharedKind, window: Window): readonly HistoryRow[] => {
    cut[kind] ??= {};
    cut[kind][window] ??= within(rowsOf(kind), receivedAtMs, window);
    return cut[kind][window];
  };
  return { source, own, of };
};

/** All facts of an order share their windows, so each window is cut once. */
const viewBySource = new WeakMap<Source, OrderView>();

const viewOf = (source: Source): OrderView => {
  const known = viewBySource.get(source);
  if (known !== undefined) return known;
  const view = createView(source);
  viewBySource.set(source, view);
  return view;
};

/** Stands in for a number without an end. No limit of a rule is higher. */
export const beyondLimits = 1_000_000_000;

/** One fact over earlier orders: its declaration, its value, and the orders that it counts. */
export interface Tally {
  readonly spec: FactSpec;
  readonly value: (view: OrderView) => number | boolean;
  readonly counted?: (view: OrderView) => Counted;
}

/** The orders to consider: those that share a subject, or the result of a function. */
type Rows = SharedKind | ((view: OrderView, window: Window) => readonly HistoryRow[]);

interface Choice {
  /**
   * The field whose different values are counted; orders by default. Rows without it do not count.
   */
  readonly once?: 'card' | 'email' | 'account' | 'last4' | 'billingPostal' | 'name';
  /** A filter that sees each row and the order's own; all rows by default. */
  readonly only?: (row: HistoryRow, own: HistoryRow) => boolean;
}

const pick = (rows: Rows, window: Window, only: Choice['only']) => {
  const all = (view: OrderView) =>
    typeof rows === 'string' ? view.of(rows, window) : rows(view, window);
  if (only === undefined) return all;
  return (view: OrderView): readonly HistoryRow[] => {
    const { own } = view;
    return own === undefined ? [] : all(view).filter((row) => only(row, own));
  };
};

/** A fact that measures the orders of a window, for example their sum. */
export const measuring = (
  rows: Rows,
  window: Window,
  meaning: string,
  measure: (rows: readonly HistoryRow[], view: OrderView) => number,
  only?: Choice['only'],
): Tally => {
  const picked = pick(rows, window, only);
  return {
    spec: number(meaning),
    value: (view) => measure(picked(view), view),
    counted: (view) => ({ window, rows: picked(view) }),
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
export const flagFrom = (meaning: string, value: (view: OrderView) => boolean): Tally => ({
  spec: flag(meaning),
  value,
});

export const numberFrom = (meaning: string, value: (view: OrderView) => number): Tally => ({
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
      const view = viewOf(source);
      return Object.fromEntries(entries.map(([name, { value }]) => [name, value(view)]));
    },
    (fact, source) => {
      const tally = ownValue(tallies, fact);
      return tally?.counted?.(viewOf(source));
    },
  );
};
