import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Bands } from '../../contracts/rules.js';
import { type Costs, calibrateBands } from './bands.js';
import { type CostDifference, costDifference, figuresOf, type SideFigures } from './figures.js';
import type { Level } from './levels.js';
import type { Ending, Pattern, Use } from './patterns.js';
import { fitLine, fitPoints, meanLossOf } from './points.js';
import { assumeRejected } from './rejected.js';
import { probabilityTable, type ProbabilityTable } from './probability.js';

/** Banners that have their bands in one place. */
export interface BandGroup {
  readonly banners: readonly Banner[];
  readonly bands: Bands;
}

export interface FitInput {
  readonly patterns: readonly Pattern[];
  readonly levels: readonly Level[];
  readonly groups: readonly BandGroup[];
  readonly costs: Costs;
  /** The share of rejected orders without a label that is taken as fraud, 0 to 1. */
  readonly rejectedFraudShare: number;
  /** Orders that may go to review a day, over all banners of the fit. */
  readonly reviewsPerDayMax: number;
  /** Days that the orders span. */
  readonly days: { readonly fitted: number; readonly heldOut: number };
}

/** Orders by what is known of them. */
export type EndingCounts = Readonly<Record<Ending, number>>;

/**
 * By the stated costs on the held-out orders: `better` when even the upper end of the interval
 * saves, `perhaps_better` when only the mean does, `no_better` when it does not, `unchanged` when
 * the proposal equals the rules in force, `too_few_labels` when nothing was fitted.
 */
export type Verdict = 'better' | 'perhaps_better' | 'no_better' | 'unchanged' | 'too_few_labels';

export interface FittedLevel extends Level {
  readonly after: number;
  /** Orders of the fit that tripped it, by what became of them. */
  readonly orders: EndingCounts;
}

export interface FittedBands {
  readonly banners: readonly Banner[];
  readonly before: Bands;
  readonly after: Bands;
  readonly isWithinCapacity: boolean;
}

export interface Side extends SideFigures {
  /** Mean loss of the predicted log-odds, in nats; less is better. */
  readonly loss: number | null;
  readonly probabilities: ProbabilityTable | null;
}

export interface Fit {
  readonly verdict: Verdict;
  readonly isConverged: boolean;
  /** Standard deviation of the prior around today's points, as chosen; 0 leaves them. */
  readonly spread: number;
  readonly orders: Readonly<Record<Use, EndingCounts>>;
  readonly levels: readonly FittedLevel[];
  readonly bands: readonly FittedBands[];
  readonly before: Side;
  readonly after: Side;
  /** Cost an order on the held-out orders, after minus before. */
  readonly costDifference: CostDifference | null;
}

/** With fewer frauds or good orders, chance would choose the points. */
const fittedMin: Pick<EndingCounts, 'fraud' | 'good'> = { fraud: 30, good: 100 };
/** With fewer, the comparison on the held-out orders would mean nothing. */
const heldOutMin: Pick<EndingCounts, 'fraud' | 'good'> = { fraud: 10, good: 100 };

const countEndings = (patterns: readonly Pattern[]): EndingCounts => {
  const counts = { fraud: 0, good: 0, rejected: 0, unknown: 0 };
  for (const { ending, orders } of patterns) counts[ending] += orders;
  return counts;
};

const hasEnough = (counts: EndingCounts, least: Pick<EndingCounts, 'fraud' | 'good'>): boolean =>
  counts.fraud >= least.fraud && counts.good >= least.good;

const bandsByBanner = (bands: readonly Pick<FittedBands, 'banners' | 'before' | 'after'>[]) => {
  const of = (side: 'before' | 'after') => (banner: Banner) => {
    const found = bands.find(({ banners }) => banners.includes(banner));
    if (found === undefined) throw new RangeError('the banner is not part of the fit');
    return found[side];
  };
  return { before: of('before'), after: of('after') };
};

/** Each group gets its share of the capacity, by its orders. */
const fitBands = (
  { groups, costs, reviewsPerDayMax, days }: FitInput,
  patterns: readonly Pattern[],
  points: readonly number[],
): FittedBands[] =>
  groups.map(({ banners, bands: before }) => {
    const own = patterns.filter(({ banner }) => banners.includes(banner));
    const counts = [own, patterns].map((some) => some.reduce((sum, one) => sum + one.orders, 0));
    const share = (counts[0] ?? 0) / Math.max(1, counts[1] ?? 0);
    const reviewsMax = reviewsPerDayMax * days.fitted * share;
    const { bands: after, isWithinCapacity } = calibrateBands(own, points, {
      ...{ costs, reviewsMax, today: before },
    });
    return { banners, before, after, isWithinCapacity };
  });

const verdictOf = (difference: CostDifference | null, isChanged: boolean): Verdict => {
  if (!isChanged) return 'unchanged';
  if (difference === null || difference.mean >= 0) return 'no_better';
  return difference.high < 0 ? 'better' : 'perhaps_better';
};

/**
 * Fits points and bands on the train and check orders, and compares them with those in force on the
 * held-out ones. With too few labels both stay as they are. Pure and deterministic: the same
 * patterns give the same result to the last bit.
 */
export const fitRules = (input: FitInput): Fit => {
  const { levels, costs } = input;
  const today = levels.map(({ points }) => points);
  const patterns = assumeRejected(input.patterns, today, input.rejectedFraudShare);
  const fitted = patterns.filter(({ use }) => use !== 'held_out');
  const heldOut = patterns.filter(({ use }) => use === 'held_out');
  const isEnough =
    hasEnough(countEndings(fitted), fittedMin) && hasEnough(countEndings(heldOut), heldOutMin);
  const { points, spread, isConverged } = isEnough
    ? fitPoints(fitted, levels)
    : { points: today, spread: 0, isConverged: true };
  const bands: FittedBands[] = isEnough
    ? fitBands(input, fitted, points)
    : input.groups.map(({ banners, bands: same }) => ({
        ...{ banners, before: same, after: same, isWithinCapacity: true },
      }));
  const bandsOf = bandsByBanner(bands);
  const deciders = [
    { points: today, bandsOf: bandsOf.before },
    { points, bandsOf: bandsOf.after },
  ] as const;
  const [before, after] = deciders.map((decider): Side => {
    const figures = figuresOf(heldOut, decider, { costs, days: input.days.heldOut });
    const loss = meanLossOf(heldOut, decider.points, fitLine(fitted, decider.points));
    return { ...figures, loss, probabilities: probabilityTable(heldOut, decider.points) };
  }) as [Side, Side];
  const difference = costDifference(heldOut, deciders, costs);
  const isChanged =
    points.some((own, level) => own !== today[level]) ||
    bands.some((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
  return {
    verdict: isEnough ? verdictOf(difference, isChanged) : 'too_few_labels',
    ...{ isConverged, spread, bands, before, after, costDifference: difference },
    orders: {
      train: countEndings(patterns.filter(({ use }) => use === 'train')),
      check: countEndings(patterns.filter(({ use }) => use === 'check')),
      held_out: countEndings(heldOut),
    },
    levels: levels.map((level, index) => ({
      ...level,
      after: points[index] as number,
      orders: countEndings(fitted.filter((pattern) => pattern.levels.includes(index))),
    })),
  };
};
