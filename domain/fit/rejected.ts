import { sigmoid } from './logistic.js';
import type { Pattern } from './patterns.js';
import { fitLine, scoreOf } from './points.js';

const isRejected = ({ ending }: Pattern): boolean => ending === 'rejected';

const withShare = (
  patterns: readonly Pattern[],
  shareOf: (pattern: Pattern) => number,
): Pattern[] =>
  patterns.map((pattern) =>
    isRejected(pattern) ? { ...pattern, fraudShare: shareOf(pattern) } : pattern,
  );

/** Halvings of the search, which starts 200 wide: enough for the last bits. */
const halvings = 64;

/** The intercept with which the mean probability of the rejected patterns is `share`. */
const interceptFor = (
  rejected: readonly Pattern[],
  logOddsOf: (pattern: Pattern) => number,
  share: number,
): number => {
  const orders = rejected.reduce((sum, pattern) => sum + pattern.orders, 0);
  const meanAt = (intercept: number): number =>
    rejected.reduce(
      (sum, pattern) => sum + pattern.orders * sigmoid(intercept + logOddsOf(pattern)),
      0,
    ) / orders;
  let [low, high] = [-100, 100];
  for (let halving = 0; halving < halvings; halving += 1) {
    const middle = (low + high) / 2;
    if (meanAt(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/**
 * Gives rejected patterns without a label the share of fraud that is assumed of them: `share` on
 * average, and more the higher their score of today. What nobody can know stays as the rules in
 * force believe it, so a fit unlearns nothing because its rejects brought no chargebacks.
 */
export const assumeRejected = (
  patterns: readonly Pattern[],
  points: readonly number[],
  share: number,
): Pattern[] => {
  const flat = withShare(patterns, () => share);
  const fitted = flat.filter(({ use }) => use !== 'held_out');
  const rejected = fitted.filter(isRejected);
  if (rejected.length === 0 || share === 0 || share === 1) return flat;
  const { slope } = fitLine(fitted, points);
  const logOddsOf = (pattern: Pattern): number => slope * scoreOf(pattern, points);
  const intercept = interceptFor(rejected, logOddsOf, share);
  return withShare(patterns, (pattern) => sigmoid(intercept + logOddsOf(pattern)));
};
