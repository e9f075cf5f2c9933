/** A seeded random source: the same seed gives the same stream on every machine. */
export interface Random {
  /** At least 0 and less than 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  /** True in `share` of all cases. */
  chance(share: number): boolean;
  /** Throws `RangeError` when there is nothing to pick from. */
  pick<T>(from: readonly T[]): T;
  shuffled<T>(from: readonly T[]): T[];
}

/** Mulberry32 (Tommy Ettinger): 32 bits of state, plenty for made-up shoppers. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(from: readonly T[]): T => {
    const index = whole(0, from.length - 1);
    if (index >= from.length) throw new RangeError('there is nothing to pick from');
    return from[index] as T;
  };
  const shuffled = <T>(from: readonly T[]): T[] => {
    const keyed = from.map((value) => ({ value, key: next() }));
    return keyed.toSorted((left, right) => left.key - right.key).map(({ value }) => value);
  };
  return { next, whole, chance: (share) => next() < share, pick, shuffled };
};
