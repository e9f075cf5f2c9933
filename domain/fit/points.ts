import { groupBy } from '../group-by.js';
import type { Level } from './levels.js';
import { lossOf, solveLogistic, type Term, type Variable } from './logistic.js';
import type { Pattern } from './patterns.js';

/**
 * How far points may move, as the standard deviation of a normal prior around today's points. The
 * fit tries each and keeps the one that predicts the check orders best; 0 leaves all as they are.
 */
const spreads = [0, 2, 5, 10, 20, 40] as const;

/** The limit of the language. */
const pointsMax = 1000;

/** Score of a pattern for the points of each level. */
export const scoreOf = ({ fixed, levels }: Pattern, points: readonly number[]): number =>
  levels.reduce((sum, level) => sum + (points[level] as number), fixed);

const known = (patterns: readonly Pattern[]): Pattern[] =>
  patterns.filter(({ fraudShare }) => fraudShare !== null);

/** Patterns as terms; those with the same factors are one term. */
const mergedTerms = (
  patterns: readonly Pattern[],
  keyOf: (pattern: Pattern) => string,
  factorsOf: (pattern: Pattern) => Pick<Term, 'offset' | 'at' | 'by'>,
): Term[] =>
  [...groupBy(patterns, keyOf).values()].map((same) => ({
    ...factorsOf(same[0] as Pattern),
    orders: same.reduce((sum, { orders }) => sum + orders, 0),
    frauds: same.reduce((sum, { fraudShare, orders }) => sum + orders * (fraudShare ?? 0), 0),
  }));

/** Score to log-odds of fraud, as a straight line. */
export interface Line {
  readonly intercept: number;
  /** Log-odds a point; never 0 or less. */
  readonly slope: number;
}

/**
 * A point adds some 0.07 to the log-odds where 80 points are strong evidence. The prior is wide; it
 * only keeps few labels, or labels that the score separates wholly, from an extreme slope.
 */
const slopePrior = { mean: 0.07, spread: 0.05, low: 0.005 } as const;

/** Fits the line by the orders whose ending is known. */
export const fitLine = (patterns: readonly Pattern[], points: readonly number[]): Line => {
  const terms = mergedTerms(
    known(patterns),
    (pattern) => String(scoreOf(pattern, points)),
    (pattern) => ({ offset: 0, at: [0, 1], by: [1, scoreOf(pattern, points)] }),
  );
  const { mean, spread, low } = slopePrior;
  const [intercept = 0, slope = mean] = solveLogistic(terms, [
    { start: 0, low: Number.NEGATIVE_INFINITY, mean: 0, precision: 0 },
    { start: mean, low, mean, precision: 1 / spread ** 2 },
  ]).values;
  return { intercept, slope };
};

/** Mean loss of the line on the orders whose ending is known, in nats; null without any. */
export const meanLossOf = (
  patterns: readonly Pattern[],
  points: readonly number[],
  { intercept, slope }: Line,
): number | null => {
  const terms = mergedTerms(
    known(patterns),
    (pattern) => String(scoreOf(pattern, points)),
    (pattern) => ({ offset: intercept + slope * scoreOf(pattern, points), at: [], by: [] }),
  );
  const orders = terms.reduce((sum, term) => sum + term.orders, 0);
  return orders === 0 ? null : lossOf(terms, []) / orders;
};

/** A level and the milder ones of its rule and sign, which its points include. */
const chainOf = (levels: readonly Level[], level: number): number[] => {
  const { milder } = levels[level] as Level;
  return milder === null ? [level] : [...chainOf(levels, milder), level];
};

const todayOf = (levels: readonly Level[]): number[] => levels.map(({ points }) => points);

/**
 * The variables of the model: the intercept, and for each level how much it gives beyond the next
 * milder one, in points. At least 1: so no sign turns, no rule falls silent, and a harsher case
 * stays harsher, which keeps the case that counts the same.
 */
const variablesOf = (levels: readonly Level[], line: Line, spread: number): Variable[] => [
  { start: line.intercept, low: Number.NEGATIVE_INFINITY, mean: 0, precision: 0 },
  ...levels.map(({ points, milder }): Variable => {
    const gap = Math.abs(points - (milder === null ? 0 : (levels[milder] as Level).points));
    return { start: gap, low: 1, mean: gap, precision: 1 / spread ** 2 };
  }),
];

/** Whole points of each level from the gaps; a gap of 1 or more stays one when it is rounded. */
const roundedPoints = (levels: readonly Level[], gaps: readonly number[]): number[] =>
  levels.map(({ points }, level) => {
    const size = chainOf(levels, level).reduce((sum, each) => sum + (gaps[each] as number), 0);
    return Math.sign(points) * Math.min(pointsMax, Math.round(size));
  });

interface FittedPoints {
  readonly points: readonly number[];
  readonly isConverged: boolean;
}

const fitWith = (
  patterns: readonly Pattern[],
  levels: readonly Level[],
  spread: number,
): FittedPoints => {
  const today = todayOf(levels);
  if (spread === 0) return { points: today, isConverged: true };
  const line = fitLine(patterns, today);
  const chains = levels.map((_, level) => chainOf(levels, level));
  const terms = mergedTerms(
    known(patterns),
    (pattern) => `${pattern.fixed}|${pattern.levels.join(' ')}`,
    ({ fixed, levels: tripped }) => {
      const steps = tripped.flatMap((level) =>
        (chains[level] as number[]).map(
          (each) => [each + 1, line.slope * Math.sign((levels[level] as Level).points)] as const,
        ),
      );
      return {
        offset: line.slope * fixed,
        at: [0, ...steps.map(([at]) => at)],
        by: [1, ...steps.map(([, by]) => by)],
      };
    },
  );
  const { values, isConverged } = solveLogistic(terms, variablesOf(levels, line, spread));
  return { points: roundedPoints(levels, values.slice(1)), isConverged };
};

export interface PointsFit extends FittedPoints {
  /** The chosen spread of the prior, in points; 0 leaves today's points. */
  readonly spread: number;
}

/**
 * Fits the points of all levels: logistic regression of the ending on the levels that tripped, each
 * held near today's points by a normal prior. How near is chosen by the loss on the check orders;
 * the chosen spread is then fitted on the train and check orders together. The prior is on points
 * and the likelihood is a sum, so few labels hardly move them. Ignores the held-out orders.
 */
export const fitPoints = (patterns: readonly Pattern[], levels: readonly Level[]): PointsFit => {
  const train = patterns.filter(({ use }) => use === 'train');
  const check = patterns.filter(({ use }) => use === 'check');
  let chosen: { readonly spread: number; readonly loss: number } | undefined;
  for (const spread of spreads) {
    const { points } = fitWith(train, levels, spread);
    const loss = meanLossOf(check, points, fitLine(train, points));
    // The narrower spread wins a tie.
    if (loss !== null && (chosen === undefined || loss < chosen.loss)) chosen = { spread, loss };
  }
  const spread = chosen?.spread ?? 0;
  const fitted = fitWith([...train, ...check], levels, spread);
  return { ...fitted, spread };
};
