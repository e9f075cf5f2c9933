/** The rounds of one measurement, in the unit of its figures. */
export interface Rounds {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly rounds: readonly number[];
}

/** Three digits: more would say what the next run does not. */
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
 * The processor's time for some work, in milliseconds, once for each round after one that warms
 * up. Others on the machine do not count; what the runtime does beside the work (compiling it,
 * clearing up after it) does.
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
