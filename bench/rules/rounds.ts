/** The rounds of one measurement, in the unit of its figures. */
export interface Rounds {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly rounds: readonly number[];
}

/** Three digits: further ones would differ in the next run. */
const rounded = (value: number): number => Number(value.toPrecision(3));

/** Throws `RangeError` without a round. */
export const roundsOf = (values: readonly number[]): Rounds => {
  const sorted = values.toSorted((one, other) => one - other).map(rounded);
  const at = (index: number): number => {
    const value = sorted[index];
    if (value === undefined) throw new RangeError('a measurement needs a round');
    return value;
  };
  return {
    median: at(Math.floor(sorted.length / 2)),
    lowest: at(0),
    highest: at(sorted.length - 1),
    rounds: values.map(rounded),
  };
};

/**
 * CPU time of some work in milliseconds, per round after a warm-up. Other processes do not count;
 * the runtime's own work (compilation, garbage collection) does.
 */
export const measureRounds = (rounds: number, work: () => void): number[] => {
  work();
  return Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
};
