/** One value of a series. */
export interface Point {
  readonly atSeconds: number;
  readonly value: number;
}

/** What a series did in the judged part of a run, with 95 % intervals. */
export interface Trend {
  readonly mean: number;
  /** Growth over the judged part, in the unit of the values. */
  readonly growth: number;
  readonly leastGrowth: number;
  readonly mostGrowth: number;
  /** `unclear` when the interval holds both a flat series and a growing one. */
  readonly verdict: 'flat' | 'grows' | 'unclear';
}

/** What may be added over the judged part: a share of the mean, or `least` if that is more. */
export interface Allowance {
  readonly share: number;
  readonly least: number;
}

/** Caches fill and code is compiled in the first third. */
const judgedFrom = 1 / 3;

/**
 * Neighbouring samples resemble each other, which would make the interval too narrow. The means of
 * a few blocks are nearly independent.
 */
const blocks = 8;

/** The 97.5 % quantile of Student's t for the residuals of a line through that many means. */
const quantile = 2.447;

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const blockMeans = (points: readonly Point[]): Point[] =>
  Array.from({ length: blocks }, (_, index) => {
    const from = Math.round((index * points.length) / blocks);
    const to = Math.round(((index + 1) * points.length) / blocks);
    const some = points.slice(from, to);
    return {
      atSeconds: meanOf(some.map(({ atSeconds }) => atSeconds)),
      value: meanOf(some.map(({ value }) => value)),
    };
  });

/** Least squares: the slope per second, and its standard error. */
const fitted = (points: readonly Point[]): { readonly slope: number; readonly error: number } => {
  const middle = meanOf(points.map(({ atSeconds }) => atSeconds));
  const mean = meanOf(points.map(({ value }) => value));
  const spread = points.reduce((sum, { atSeconds }) => sum + (atSeconds - middle) ** 2, 0);
  const joint = points.reduce(
    (sum, { atSeconds, value }) => sum + (atSeconds - middle) * (value - mean),
    0,
  );
  const slope = joint / spread;
  const residuals = points.reduce(
    (sum, { atSeconds, value }) => sum + (value - mean - slope * (atSeconds - middle)) ** 2,
    0,
  );
  return { slope, error: Math.sqrt(residuals / (points.length - 2) / spread) };
};

/**
 * Judges the last two thirds of a series by the slope of a line through block means. It is flat
 * when, with 95 % confidence, it grew by no more than the allowance, and grows when it grew by
 * more. Throws `RangeError` with fewer than two points a block.
 */
export const judgeTrend = (series: readonly Point[], { share, least }: Allowance): Trend => {
  const [first, last] = [series[0]?.atSeconds ?? 0, series.at(-1)?.atSeconds ?? 0];
  const fromSeconds = first + (last - first) * judgedFrom;
  const judged = series.filter(({ atSeconds }) => atSeconds >= fromSeconds);
  if (judged.length < 2 * blocks) throw new RangeError('the series is too short to be judged');
  const { slope, error } = fitted(blockMeans(judged));
  const seconds = last - fromSeconds;
  const mean = meanOf(judged.map(({ value }) => value));
  const allowed = Math.max(least, share * mean);
  const leastGrowth = (slope - quantile * error) * seconds;
  const mostGrowth = (slope + quantile * error) * seconds;
  const verdict = mostGrowth <= allowed ? 'flat' : leastGrowth > allowed ? 'grows' : 'unclear';
  return { mean, growth: slope * seconds, leastGrowth, mostGrowth, verdict };
};
