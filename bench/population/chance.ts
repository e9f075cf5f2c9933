import { createRandom, type Random } from '../../local/demo/random.js';

export type Weighted<T> = readonly (readonly [value: T, weight: number])[];

/** A weighted random choice. Throws `RangeError` for an empty list. */
export const pickWeighted = <T>(random: Random, from: Weighted<T>): T => {
  const total = from.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random.next() * total;
  for (const [value, weight] of from) {
    left -= weight;
    if (left < 0) return value;
  }
  const last = from.at(-1);
  if (last === undefined) throw new RangeError('there is nothing to pick from');
  return last[0];
};

/** A separate stream, so that one more draw in one story does not change all others. */
export const fork = (random: Random): Random => createRandom(random.whole(0, 2 ** 32 - 1));

/** A positive number, most of them small, with the given mean. */
export const exponential = (random: Random, mean: number): number =>
  -Math.log(1 - random.next()) * mean;

const hex = (random: Random, digits: number): string =>
  Array.from({ length: digits }, () => random.whole(0, 15).toString(16)).join('');

/** A version-4 UUID, as device sessions have. */
export const makeUuid = (random: Random): string =>
  [
    hex(random, 8),
    hex(random, 4),
    `4${hex(random, 3)}`,
    `a${hex(random, 3)}`,
    hex(random, 12),
  ].join('-');
