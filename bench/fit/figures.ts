import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Floor } from '../../domain/fit/patterns.js';
import { groupBy } from '../../domain/group-by.js';
import type { PopulationOrder } from '../population/generate.js';
import { isThirdParty } from './known.js';

export interface ScoredTruth {
  readonly truth: PopulationOrder['truth'];
  /** The kind of customer or of fraud, as the population benchmark names it. */
  readonly story: string;
  readonly score: number;
  readonly floor: Floor;
  readonly outcome: Outcome;
}

/** Orders of one kind; `flagged` is review or reject. */
export interface Kind {
  readonly orders: number;
  readonly flagged: number;
  readonly rejected: number;
}

export interface TruthFigures {
  readonly honest: Kind;
  readonly thirdParty: Kind;
  readonly friendly: Kind;
  readonly patterns: Readonly<Record<string, Kind>>;
  /** Honest orders by kind of customer. */
  readonly customers: Readonly<Record<string, Kind>>;
  readonly reviewed: number;
}

const kindOf = (orders: readonly ScoredTruth[]): Kind => ({
  orders: orders.length,
  flagged: orders.filter(({ outcome }) => outcome !== 'accept').length,
  rejected: orders.filter(({ outcome }) => outcome === 'reject').length,
});

const kindsBy = (orders: readonly ScoredTruth[], nameOf: (order: ScoredTruth) => string) =>
  Object.fromEntries(
    [...groupBy(orders, nameOf)]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([name, some]) => [name, kindOf(some)]),
  );

/** Counts orders by truth. */
export const groupsOf = (orders: readonly ScoredTruth[]): TruthFigures => {
  const of = (truth: ScoredTruth['truth']) => kindOf(orders.filter((one) => one.truth === truth));
  const thirdParty = orders.filter(isThirdParty);
  const honest = orders.filter(({ truth }) => truth === 'honest');
  return {
    ...{ honest: of('honest'), thirdParty: kindOf(thirdParty), friendly: of('friendly_fraud') },
    patterns: kindsBy(thirdParty, ({ truth }) => truth),
    customers: kindsBy(honest, ({ story }) => story),
    reviewed: orders.filter(({ outcome }) => outcome === 'review').length,
  };
};

/** Shares, 0 to 1, at one limit from which orders are flagged. */
export interface CurvePoint {
  readonly limit: number;
  readonly honestFlagged: number;
  readonly recall: number;
}

/** Fitted trust can take the score of an order that is worth a review below zero. */
const limitMin = -100;
const limitMax = 200;

/** Beyond this share of honest orders, nobody would run a shop. */
const honestMax = 0.2;

/** Recall of third-party fraud against honest orders flagged, for each limit of the score. */
export const curveOf = (orders: readonly ScoredTruth[]): CurvePoint[] => {
  const shareOver = (some: readonly ScoredTruth[], limit: number): number =>
    some.filter(({ score, floor }) => floor === 'review' || floor === 'reject' || score >= limit)
      .length / Math.max(1, some.length);
  const honest = orders.filter(({ truth }) => truth === 'honest');
  const fraud = orders.filter(isThirdParty);
  return Array.from({ length: limitMax - limitMin + 1 }, (_, index) => limitMin + index)
    .map((limit) => ({
      limit,
      honestFlagged: shareOver(honest, limit),
      recall: shareOver(fraud, limit),
    }))
    .filter(({ honestFlagged }) => honestFlagged <= honestMax);
};

/** The recall for a share of honest orders flagged: that of the best limit that flags no more. */
export const recallAt = (curve: readonly CurvePoint[], honestFlagged: number): number =>
  curve.reduce(
    (best, point) => (point.honestFlagged <= honestFlagged ? Math.max(best, point.recall) : best),
    0,
  );
