import { sumAmounts } from '../money.js';

/** The subjects whose orders the case page counts. */
export const countedSubjects = ['card', 'email', 'account', 'device', 'ip', 'address'] as const;
export type CountedSubject = (typeof countedSubjects)[number];

/** Windows before the order's receipt; `lifetime` reaches as far back as orders are read. */
export const countedWindows = ['hour', 'day', 'week', 'lifetime'] as const;
export type CountedWindow = (typeof countedWindows)[number];

/** What is counted. `sum` is in the currency of the order. */
export const countedMeasures = ['orders', 'sum', 'cards', 'emails', 'accounts'] as const;
export type CountedMeasure = (typeof countedMeasures)[number];

export type Counts = Readonly<Record<CountedWindow, Readonly<Record<CountedMeasure, number>>>>;

/** An order of a subject. Hashes stand for what is personal. */
export interface CountedOrder {
  readonly agoMs: number;
  readonly order: string;
  readonly card: string;
  readonly email: string | null;
  readonly account: string | null;
  /** Undefined in another currency than that of the order. */
  readonly amount: number | undefined;
}

const hourMs = 3_600_000;
const windowMs: Readonly<Record<CountedWindow, number>> = {
  hour: hourMs,
  day: 24 * hourMs,
  week: 7 * 24 * hourMs,
  lifetime: Number.POSITIVE_INFINITY,
};

const distinct = (values: readonly (string | null)[]): number =>
  new Set(values.filter((value) => value !== null)).size;

/** Each shipment group may carry the total of the whole order, so the highest one counts. */
const sumOf = (rows: readonly CountedOrder[]): number => {
  const totals = new Map<string, number>();
  for (const { order, amount } of rows) {
    if (amount !== undefined) totals.set(order, Math.max(amount, totals.get(order) ?? 0));
  }
  return sumAmounts(totals.values());
};

const countIn = (rows: readonly CountedOrder[]): Counts[CountedWindow] => ({
  orders: distinct(rows.map(({ order }) => order)),
  sum: sumOf(rows),
  cards: distinct(rows.map(({ card }) => card)),
  emails: distinct(rows.map(({ email }) => email)),
  accounts: distinct(rows.map(({ account }) => account)),
});

/** Counts the orders of one subject by window; a row as old as a window is outside it. */
export const countByWindow = (rows: readonly CountedOrder[]): Counts => {
  const of = (window: CountedWindow) =>
    countIn(rows.filter(({ agoMs }) => agoMs < windowMs[window]));
  return { hour: of('hour'), day: of('day'), week: of('week'), lifetime: of('lifetime') };
};
