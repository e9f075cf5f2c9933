import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Bands } from '../../contracts/rules.js';
import type { Floor, Pattern } from './patterns.js';
import { scoreOf } from './points.js';

/** What mistakes and work cost, all in one currency. */
export interface Costs {
  /** A fraud that was accepted. */
  readonly chargeback: number;
  /** An honest order that was rejected. */
  readonly lostSale: number;
  /** A minute of a reviewer. */
  readonly reviewMinute: number;
  /** Minutes that the review of an order takes. */
  readonly minutesPerReview: number;
}

/** The outcome of the rules for a score, as `judge` in `domain/rules/score-transaction.ts`. */
export const outcomeOf = (
  score: number,
  floor: Floor,
  { reviewFrom, rejectFrom }: Bands,
): Outcome => {
  if (floor === 'reject' || floor === 'accept') return floor;
  if (score >= rejectFrom) return 'reject';
  return score >= reviewFrom || floor === 'review' ? 'review' : 'accept';
};

/**
 * The mean cost of orders with an outcome, of which a share is fraud. A reviewer is taken to find
 * out the truth.
 */
export const costOf = (outcome: Outcome, fraudShare: number, costs: Costs): number => {
  if (outcome === 'review') return costs.reviewMinute * costs.minutesPerReview;
  return outcome === 'accept' ? fraudShare * costs.chargeback : (1 - fraudShare) * costs.lostSale;
};

interface Column {
  all: number;
  fraud: number;
  good: number;
}

/** Orders by score, cumulated from below: what lies under a limit. */
const cumulated = (patterns: readonly Pattern[], points: readonly number[]) => {
  const columns = new Map<number, Column>();
  for (const pattern of patterns) {
    const score = scoreOf(pattern, points);
    const column = columns.get(score) ?? { all: 0, fraud: 0, good: 0 };
    column.all += pattern.orders;
    if (pattern.fraudShare !== null) {
      column.fraud += pattern.orders * pattern.fraudShare;
      column.good += pattern.orders * (1 - pattern.fraudShare);
    }
    columns.set(score, column);
  }
  const scores = [...columns.keys()].toSorted((one, other) => one - other);
  const [first = 0, last = 0] = [scores[0], scores.at(-1)];
  const below: Column[] = [{ all: 0, fraud: 0, good: 0 }];
  for (let score = first; score <= last; score += 1) {
    const { all, fraud, good } = below.at(-1) as Column;
    const own = columns.get(score) ?? { all: 0, fraud: 0, good: 0 };
    below.push({ all: all + own.all, fraud: fraud + own.fraud, good: good + own.good });
  }
  const under = (limit: number): Column =>
    below[Math.max(0, Math.min(below.length - 1, limit - first))] as Column;
  return { under, all: below.at(-1) as Column, first, last };
};

type Cumulated = ReturnType<typeof cumulated>;

const totalOf = (
  { under, all }: Cumulated,
  { reviewFrom, rejectFrom }: Bands,
  { isReviewed, costs }: { readonly isReviewed: boolean; readonly costs: Costs },
): { readonly cost: number; readonly reviews: number } => {
  const rejected = under(rejectFrom);
  const accepted = isReviewed ? { all: 0, fraud: 0, good: 0 } : under(reviewFrom);
  const knownReviews = rejected.fraud + rejected.good - accepted.fraud - accepted.good;
  return {
    cost:
      accepted.fraud * costs.chargeback +
      (all.good - rejected.good) * costs.lostSale +
      knownReviews * costs.reviewMinute * costs.minutesPerReview,
    reviews: rejected.all - accepted.all,
  };
};

/** The search goes from 1 to this; scores beyond it are rejected by any set of bands. */
const limitMax = 200;

export interface CalibratedBands {
  readonly bands: Bands;
  /** False when even these bands send more orders to review than the capacity. */
  readonly isWithinCapacity: boolean;
}

export interface BandsAim {
  readonly costs: Costs;
  /** Orders that may go to review, over all the orders given. */
  readonly reviewsMax: number;
  /** Of bands that cost the same, the nearest to these are taken. */
  readonly today: Bands;
}

interface Candidate {
  readonly isWithinCapacity: boolean;
  readonly cost: number;
  readonly reviews: number;
  readonly distance: number;
}

const isBetter = (one: Candidate, other: Candidate): boolean => {
  if (one.isWithinCapacity !== other.isWithinCapacity) return one.isWithinCapacity;
  if (!one.isWithinCapacity && one.reviews !== other.reviews) return one.reviews < other.reviews;
  if (one.cost !== other.cost) return one.cost < other.cost;
  return one.distance < other.distance;
};

const distanceOf = (one: Bands, other: Bands): number =>
  Math.abs(one.reviewFrom - other.reviewFrom) + Math.abs(one.rejectFrom - other.rejectFrom);

/**
 * The bands with the least cost on the orders whose ending is known, among those that send at most
 * `reviewsMax` of all orders to review; if none does, those with the fewest reviews.
 */
export const calibrateBands = (
  patterns: readonly Pattern[],
  points: readonly number[],
  { costs, reviewsMax, today }: BandsAim,
): CalibratedBands => {
  const free = cumulated(
    patterns.filter(({ floor }) => floor === 'none'),
    points,
  );
  const held = cumulated(
    patterns.filter(({ floor }) => floor === 'review'),
    points,
  );
  // Limits that no order's score separates are alike, so today's is always among the candidates.
  const top = Math.max(today.rejectFrom, Math.min(limitMax, Math.max(free.last, held.last) + 1));
  let best: (CalibratedBands & Candidate) | undefined;
  for (let reviewFrom = 1; reviewFrom <= top; reviewFrom += 1) {
    for (let rejectFrom = reviewFrom; rejectFrom <= top; rejectFrom += 1) {
      const bands = { reviewFrom, rejectFrom };
      const ofFree = totalOf(free, bands, { isReviewed: false, costs });
      const ofHeld = totalOf(held, bands, { isReviewed: true, costs });
      const cost = ofFree.cost + ofHeld.cost;
      const reviews = ofFree.reviews + ofHeld.reviews;
      const isWithinCapacity = reviews <= reviewsMax;
      const found = { bands, isWithinCapacity, cost, reviews, distance: distanceOf(bands, today) };
      if (best === undefined || isBetter(found, best)) best = found;
    }
  }
  return best === undefined
    ? { bands: today, isWithinCapacity: true }
    : { bands: best.bands, isWithinCapacity: best.isWithinCapacity };
};
