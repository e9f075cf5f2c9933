import type { Banner } from '../../contracts/hbc/transaction.js';
import type { ErroredRule, RuleHit } from '../votes.js';
import type { Levels } from './levels.js';

/**
 * What an order is used for. The points are fitted on `train`; `check` chooses how far they may
 * move; `held_out`, the latest weeks, only measures.
 */
export const uses = ['train', 'check', 'held_out'] as const;
export type Use = (typeof uses)[number];

/**
 * What is known of an order. `rejected` was rejected and has no label: nobody knows what it would
 * have become. `unknown` counts as workload only.
 */
export const endings = ['fraud', 'good', 'rejected', 'unknown'] as const;
export type Ending = (typeof endings)[number];

/**
 * What hard rules and errors make of an order whatever its points: `review` and `reject` are the
 * least outcome, `accept` takes the place of the score's band, `none` leaves it to the score.
 */
export const floors = ['none', 'accept', 'review', 'reject'] as const;
export type Floor = (typeof floors)[number];

/** Orders that nothing tells apart for a fit. */
export interface Pattern {
  readonly use: Use;
  readonly ending: Ending;
  /**
   * The share of its orders that are taken as fraud, the rest as good; null where nothing is
   * assumed.
   */
  readonly fraudShare: number | null;
  readonly floor: Floor;
  readonly banner: Banner;
  /** Points of the order that are not learned: of facts, and of hard cases. */
  readonly fixed: number;
  /** Indexes of the levels that tripped, ascending. */
  readonly levels: readonly number[];
  readonly orders: number;
}

/** Orders by pattern: what a part of a fit stores, and what parts add up to. */
export type PatternCounts = Readonly<Record<string, number>>;

export interface JudgedOrder extends Pick<Pattern, 'use' | 'ending' | 'banner'> {
  readonly hits: readonly Pick<RuleHit, 'id' | 'points' | 'hard'>[];
  readonly erroredRules: readonly Pick<ErroredRule, 'id'>[];
}

const floorOf = ({ hits, erroredRules }: JudgedOrder): Floor => {
  const hard = new Set(hits.map((hit) => hit.hard));
  if (hard.has('reject')) return 'reject';
  if (hard.has('review') || erroredRules.length > 0) return 'review';
  return hard.has('accept') ? 'accept' : 'none';
};

/** The key of an order's pattern. */
export const keyOfOrder = (levels: Levels, order: JudgedOrder): string => {
  let fixed = 0;
  const tripped: number[] = [];
  for (const hit of order.hits) {
    const level = levels.of(order.banner, hit);
    if (level === undefined) fixed += hit.points;
    else tripped.push(level);
  }
  const own = tripped.toSorted((one, other) => one - other).join(' ');
  return [order.use, order.ending, floorOf(order), order.banner, fixed, own].join('|');
};

/** Adds the counts of parts. */
export const addCounts = (parts: Iterable<PatternCounts>): PatternCounts => {
  const sums = new Map<string, number>();
  for (const part of parts) {
    for (const [key, orders] of Object.entries(part)) sums.set(key, (sums.get(key) ?? 0) + orders);
  }
  return Object.fromEntries(sums);
};

const fraudShareOf = (ending: Ending): number | null =>
  ending === 'fraud' || ending === 'good' ? Number(ending === 'fraud') : null;

const patternOf = (key: string, orders: number): Pattern => {
  const [use, ending, floor, banner, fixed, levels] = key.split('|') as [
    ...[Use, Ending, Floor, Banner],
    ...[fixed: string, levels: string],
  ];
  const tripped = levels === '' ? [] : levels.split(' ').map(Number);
  return {
    ...{ use, ending, fraudShare: fraudShareOf(ending), floor, banner },
    ...{ fixed: Number(fixed), levels: tripped, orders },
  };
};

/**
 * Patterns in one order, whatever the order of the counts: sums of fractions depend on it, and the
 * same orders shall give the same points to the last bit.
 */
export const patternsOf = (counts: PatternCounts): Pattern[] =>
  Object.entries(counts)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, orders]) => patternOf(key, orders));
