import { type Outcome, outcomes } from '../../contracts/hbc/decision.js';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import type { StoredOrder } from './stored-order.js';

const became = ['fraud', 'good', 'dispute', 'unlabelled'] as const;
export type Became = StoredOrder['became'];

/** Orders with equal values in every field that the report groups by. */
export interface Cell {
  readonly banner: Banner;
  readonly was: Outcome;
  readonly would: Outcome;
  readonly localWas: Outcome;
  readonly localWould: Outcome;
  readonly became: Became;
  readonly currency: string;
  readonly orders: number;
  /** The sum of their totals in 1/10,000 of the currency. */
  readonly units: bigint;
}

/** Hits of one rule: all of them, and those on labelled orders. */
export interface HitCount {
  readonly hits: number;
  readonly fraud: number;
  readonly good: number;
  /** Absent in partial sums that an earlier release stored. */
  readonly disputes?: number | undefined;
}

export interface RuleSums {
  readonly name: string;
  readonly before: HitCount;
  readonly after: HitCount;
  readonly errors: number;
}

export interface FactSums {
  readonly orders: number;
  /** The first few of them. */
  readonly transactionIds: readonly string[];
}

/** The running sums of a backtest. Sums of its parts add up to those of the whole. */
export interface Sums {
  readonly orders: number;
  readonly undecided: number;
  readonly partnersNotAsked: number;
  /** Orders that the same rule set decided, and how many of them get exactly the same decision. */
  readonly sameRules: { readonly orders: number; readonly equal: number };
  readonly notEvaluable: number;
  readonly missingFacts: Readonly<Record<string, number>>;
  /** By the key that `keyOfCell` writes. */
  readonly cells: Readonly<Record<string, { readonly orders: number; readonly units: string }>>;
  /** Orders, reviews before and reviews after, by day of receipt in UTC. */
  readonly days: Readonly<Record<string, readonly [orders: number, before: number, after: number]>>;
  readonly rules: Readonly<Record<string, RuleSums>>;
  /** Orders whose recomputed facts differ from the stored ones; zero without recomputation. */
  readonly differing: { readonly orders: number; readonly otherOutcome: number };
  readonly differences: Readonly<Record<string, FactSums>>;
  /** Would-be rejects that go to a reviewer at random. Absent in sums of earlier releases. */
  readonly sampledRejects?: { readonly before: number; readonly after: number } | undefined;
  /** Orders whose outcome changes, and how many of them are listed. */
  readonly changes: { readonly orders: number; readonly listed: number };
}

export const noSums: Sums = {
  orders: 0,
  undecided: 0,
  partnersNotAsked: 0,
  sameRules: { orders: 0, equal: 0 },
  notEvaluable: 0,
  missingFacts: {},
  cells: {},
  days: {},
  rules: {},
  differing: { orders: 0, otherOutcome: 0 },
  differences: {},
  changes: { orders: 0, listed: 0 },
};

/** Separated by spaces; currency codes hold none. */
export const keyOfCell = (cell: Omit<Cell, 'orders' | 'units'>): string =>
  [
    ...[cell.banner, cell.was, cell.would, cell.localWas, cell.localWould],
    ...[cell.became, cell.currency],
  ].join(' ');

const oneOf = <T extends string>(known: readonly T[], text: string | undefined): T => {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new TypeError('the sums of a backtest have an unknown key');
  return found;
};

/** Parses the cells of sums. Throws `TypeError` for a key that `keyOfCell` did not write. */
export const cellsOf = ({ cells }: Sums): Cell[] =>
  Object.entries(cells).map(([key, { orders, units }]) => {
    const [banner, was, would, localWas, localWould, label, currency = ''] = key.split(' ');
    return {
      banner: oneOf(banners, banner),
      was: oneOf(outcomes, was),
      would: oneOf(outcomes, would),
      localWas: oneOf(outcomes, localWas),
      localWould: oneOf(outcomes, localWould),
      became: oneOf(became, label),
      currency,
      orders,
      units: BigInt(units),
    };
  });

const merged = <T>(
  one: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
  add: (left: T, right: T) => T,
): Record<string, T> => {
  const all = new Map(Object.entries(one));
  for (const [key, value] of Object.entries(other)) {
    const known = all.get(key);
    all.set(key, known === undefined ? value : add(known, value));
  }
  return Object.fromEntries(all);
};

/** Examples kept per differing fact. */
export const examplesMax = 5;

const addCounted = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined ? other : one + (other ?? 0);

const addHits = (one: HitCount, other: HitCount): HitCount => ({
  hits: one.hits + other.hits,
  fraud: one.fraud + other.fraud,
  good: one.good + other.good,
  disputes: addCounted(one.disputes, other.disputes),
});

const addRules = (one: RuleSums, other: RuleSums): RuleSums => ({
  name: other.name,
  before: addHits(one.before, other.before),
  after: addHits(one.after, other.after),
  errors: one.errors + other.errors,
});

const addNumbers = (one: number, other: number): number => one + other;

/** Adds the sums of two parts. */
export const addSums = (one: Sums, other: Sums): Sums => ({
  orders: one.orders + other.orders,
  undecided: one.undecided + other.undecided,
  partnersNotAsked: one.partnersNotAsked + other.partnersNotAsked,
  sameRules: {
    orders: one.sameRules.orders + other.sameRules.orders,
    equal: one.sameRules.equal + other.sameRules.equal,
  },
  notEvaluable: one.notEvaluable + other.notEvaluable,
  missingFacts: merged(one.missingFacts, other.missingFacts, addNumbers),
  cells: merged(one.cells, other.cells, (left, right) => ({
    orders: left.orders + right.orders,
    units: String(BigInt(left.units) + BigInt(right.units)),
  })),
  days: merged(one.days, other.days, (left, right) => [
    left[0] + right[0],
    left[1] + right[1],
    left[2] + right[2],
  ]),
  rules: merged(one.rules, other.rules, addRules),
  differing: {
    orders: one.differing.orders + other.differing.orders,
    otherOutcome: one.differing.otherOutcome + other.differing.otherOutcome,
  },
  differences: merged(one.differences, other.differences, (left, right) => ({
    orders: left.orders + right.orders,
    transactionIds: [...left.transactionIds, ...right.transactionIds].slice(0, examplesMax),
  })),
  sampledRejects: {
    before: (one.sampledRejects?.before ?? 0) + (other.sampledRejects?.before ?? 0),
    after: (one.sampledRejects?.after ?? 0) + (other.sampledRejects?.after ?? 0),
  },
  changes: {
    orders: one.changes.orders + other.changes.orders,
    listed: one.changes.listed + other.changes.listed,
  },
});
