import { wilson } from '../trials/interval.js';
import type { Pattern } from './patterns.js';
import { scoreOf } from './points.js';

/** Orders with scores from `fromScore` up to the next step, and what became of them. */
export interface ProbabilityStep {
  /** Null for the lowest step, which has no limit. */
  readonly fromScore: number | null;
  readonly orders: number;
  /** May be a fraction: rejected orders without a label count in part. */
  readonly frauds: number;
  /** Share of fraud with its 95 % interval (Wilson), 0 to 1. */
  readonly probability: number;
  readonly low: number;
  readonly high: number;
}

/** Steps by rising score; the probability never falls from one to the next. */
export type ProbabilityTable = readonly ProbabilityStep[];

/** With fewer, a table would say more than anybody knows. */
const ordersMin = 500;
const fraudsMin = 20;

/** Orders of a step before steps are joined: an interval of some tens of orders is still of use. */
const stepOrdersMin = 50;

interface Block {
  readonly fromScore: number;
  readonly orders: number;
  readonly frauds: number;
}

const join = (one: Block, other: Block): Block => ({
  fromScore: one.fromScore,
  orders: one.orders + other.orders,
  frauds: one.frauds + other.frauds,
});

const byScore = (patterns: readonly Pattern[], points: readonly number[]): Block[] => {
  const blocks = new Map<number, Block>();
  for (const pattern of patterns) {
    const fromScore = scoreOf(pattern, points);
    if (pattern.fraudShare === null) continue;
    const frauds = pattern.orders * pattern.fraudShare;
    const own = { fromScore, orders: pattern.orders, frauds };
    const known = blocks.get(fromScore);
    blocks.set(fromScore, known === undefined ? own : join(known, own));
  }
  return [...blocks.values()].toSorted((one, other) => one.fromScore - other.fromScore);
};

/** Joins neighbours from the highest score down, until each has enough orders. */
const enough = (blocks: readonly Block[]): Block[] => {
  const joined: Block[] = [];
  for (const block of blocks.toReversed()) {
    const above = joined.at(-1);
    if (above === undefined || above.orders >= stepOrdersMin) joined.push(block);
    else joined[joined.length - 1] = join(block, above);
  }
  const [below, next] = [joined.at(-1), joined.at(-2)];
  if (below !== undefined && next !== undefined && below.orders < stepOrdersMin) {
    joined.splice(-2, 2, join(below, next));
  }
  return joined.toReversed();
};

/** Joins neighbours whose share of fraud falls while the score rises (pool adjacent violators). */
const rising = (blocks: readonly Block[]): Block[] => {
  const steps: Block[] = [];
  for (const block of blocks) {
    let own = block;
    for (;;) {
      const below = steps.at(-1);
      if (below === undefined) break;
      if (below.frauds * own.orders < own.frauds * below.orders) break;
      steps.pop();
      own = join(below, own);
    }
    steps.push(own);
  }
  return steps;
};

/**
 * The probability of fraud by score: isotonic regression of the ending on the score of orders that
 * the points were not fitted on. Null while too few endings are known.
 */
export const probabilityTable = (
  patterns: readonly Pattern[],
  points: readonly number[],
): ProbabilityTable | null => {
  const blocks = byScore(patterns, points);
  const all = blocks.reduce(join, { fromScore: 0, orders: 0, frauds: 0 });
  if (all.orders < ordersMin || all.frauds < fraudsMin) return null;
  return rising(enough(blocks)).map(({ fromScore, orders, frauds }, index) => ({
    fromScore: index === 0 ? null : fromScore,
    ...{ orders, frauds, probability: frauds / orders },
    ...wilson({ part: frauds, whole: orders }),
  }));
};

/** The step of a score. */
export const stepOf = (table: ProbabilityTable, score: number): ProbabilityStep | undefined =>
  table.findLast(({ fromScore }) => fromScore === null || score >= fromScore);
