import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Bands } from '../../contracts/rules.js';
import { wilson } from '../trials/interval.js';
import { type Costs, costOf, outcomeOf } from './bands.js';
import type { Pattern } from './patterns.js';
import { scoreOf } from './points.js';

/** Points and bands that decide a pattern. */
export interface Decider {
  /** By index of level. */
  readonly points: readonly number[];
  readonly bandsOf: (banner: Banner) => Bands;
}

/** A share with its 95 % interval (Wilson); null without orders. */
export interface Share {
  readonly part: number;
  readonly whole: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const shareOf = (part: number, whole: number): Share | null =>
  whole === 0 ? null : { part, whole, share: part / whole, ...wilson({ part, whole }) };

export interface SideFigures {
  /** Fraud that is reviewed or rejected. */
  readonly recall: Share | null;
  readonly fraudRejected: Share | null;
  readonly goodFlagged: Share | null;
  readonly goodRejected: Share | null;
  /** Of all orders, whatever is known of them. */
  readonly reviewed: Share | null;
  readonly reviewsPerDay: number;
  /** Mean over the orders whose ending is known, by the stated costs; null without any. */
  readonly costPerOrder: number | null;
}

const decide = (pattern: Pattern, { points, bandsOf }: Decider): Outcome =>
  outcomeOf(scoreOf(pattern, points), pattern.floor, bandsOf(pattern.banner));

type Weight = (pattern: Pattern) => number;

const asFraud: Weight = ({ fraudShare }) => fraudShare ?? 0;
const asGood: Weight = ({ fraudShare }) => (fraudShare === null ? 0 : 1 - fraudShare);
const asKnown: Weight = ({ fraudShare }) => Number(fraudShare !== null);
const asOrder: Weight = () => 1;

const sum = (patterns: readonly Pattern[], valueOf: Weight): number =>
  patterns.reduce((total, pattern) => total + pattern.orders * valueOf(pattern), 0);

/** How points and bands do on some orders over some days. */
export const figuresOf = (
  patterns: readonly Pattern[],
  decider: Decider,
  { costs, days }: { readonly costs: Costs; readonly days: number },
): SideFigures => {
  const shareIn = (weight: Weight, ...wanted: readonly Outcome[]): Share | null =>
    shareOf(
      sum(patterns, (pattern) => (wanted.includes(decide(pattern, decider)) ? weight(pattern) : 0)),
      sum(patterns, weight),
    );
  const reviewed = shareIn(asOrder, 'review');
  const orders = sum(patterns, asKnown);
  const cost = sum(patterns, (pattern) =>
    pattern.fraudShare === null ? 0 : costOf(decide(pattern, decider), pattern.fraudShare, costs),
  );
  return {
    recall: shareIn(asFraud, 'review', 'reject'),
    fraudRejected: shareIn(asFraud, 'reject'),
    goodFlagged: shareIn(asGood, 'review', 'reject'),
    goodRejected: shareIn(asGood, 'reject'),
    reviewed,
    reviewsPerDay: days === 0 ? 0 : (reviewed?.part ?? 0) / days,
    costPerOrder: orders === 0 ? null : cost / orders,
  };
};

/** The difference in cost an order, `other` minus `one`, with its 95 % interval. */
export interface CostDifference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Standard normal quantile that leaves 2.5 % at each end. */
const z = 1.959_964;

/**
 * Compares two deciders order by order, which most orders do not tell apart: the interval of the
 * paired difference is far narrower than that of two means. Null without known endings.
 */
export const costDifference = (
  patterns: readonly Pattern[],
  [one, other]: readonly [Decider, Decider],
  costs: Costs,
): CostDifference | null => {
  const orders = sum(patterns, asKnown);
  if (orders === 0) return null;
  const differenceOf = (pattern: Pattern, fraudShare: number): number => {
    const [before, after] = [decide(pattern, one), decide(pattern, other)];
    return costOf(after, fraudShare, costs) - costOf(before, fraudShare, costs);
  };
  const mean =
    sum(patterns, (pattern) => differenceOf(pattern, asFraud(pattern)) * asKnown(pattern)) / orders;
  // A rejected order is partly fraud and partly good; each part differs from the mean by itself.
  const squares = sum(
    patterns,
    (pattern) =>
      asFraud(pattern) * (differenceOf(pattern, 1) - mean) ** 2 +
      asGood(pattern) * (differenceOf(pattern, 0) - mean) ** 2,
  );
  const half = z * Math.sqrt(squares / orders / orders);
  return { mean, low: mean - half, high: mean + half };
};
