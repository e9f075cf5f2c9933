/** Standard normal quantile that leaves 2.5 % at each end. */
const z = 1.959_964;

interface Share {
  readonly part: number;
  readonly whole: number;
}

/**
 * Wilson's score interval of a share: sound for few orders and for shares near 0 and 1. A 95 %
 * interval, unless another standard normal quantile is given.
 */
export const wilson = (
  { part, whole }: Share,
  quantile = z,
): { readonly low: number; readonly high: number } => {
  const share = part / whole;
  const scale = 1 + quantile ** 2 / whole;
  const centre = (share + quantile ** 2 / (2 * whole)) / scale;
  const spread = (share * (1 - share)) / whole + quantile ** 2 / (4 * whole ** 2);
  const half = (quantile / scale) * Math.sqrt(spread);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
};

/**
 * The difference of two independent shares (`other` minus `one`) with its 95 % interval, by
 * Newcombe's hybrid of two Wilson intervals. Null when either whole is zero.
 */
export const differenceOfShares = (
  one: Share,
  other: Share,
): {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly isClear: boolean;
} | null => {
  if (one.whole === 0 || other.whole === 0) return null;
  const [a, b] = [one, other].map(({ part, whole }) => part / whole) as [number, number];
  const [ofOne, ofOther] = [wilson(one), wilson(other)];
  const difference = b - a;
  const low = difference - Math.hypot(b - ofOther.low, ofOne.high - a);
  const high = difference + Math.hypot(ofOther.high - b, a - ofOne.low);
  return { difference, low, high, isClear: low > 0 || high < 0 };
};
