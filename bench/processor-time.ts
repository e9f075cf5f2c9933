import { partOf, statOf, withDescendants } from './processes.js';

/** Milliseconds of processor time by part; empty on a system without `/proc`. */
export type PartTimes = Readonly<Record<string, number>>;

/** Linux counts processor time in hundredths of a second. */
const msPerTick = 10;

/** Own time in user and system mode, then that of children that have ended. */
const timeFields = [11, 12, 13, 14] as const;

const timeOf = (pid: number): number => {
  const stat = statOf(pid) ?? [];
  return timeFields.reduce((ticks, field) => ticks + Number(stat[field] ?? 0), 0) * msPerTick;
};

const read = (rootPids: readonly number[]): PartTimes => {
  const times: Record<string, number> = {};
  for (const pid of rootPids.flatMap(withDescendants)) {
    const part = partOf(pid);
    times[part] = (times[part] ?? 0) + timeOf(pid);
  }
  return times;
};

/** What processes and their descendants have used since the last reading. */
export const createProcessorClock = (rootPids: readonly number[]) => {
  let before = read(rootPids);
  return (): PartTimes => {
    const now = read(rootPids);
    const since = Object.entries(now).map(
      ([part, ms]) => [part, ms - (before[part] ?? 0)] as const,
    );
    before = now;
    return Object.fromEntries(since.toSorted(([, left], [, right]) => right - left));
  };
};

/** Adds up readings by part. */
export const sumTimes = (readings: readonly PartTimes[]): PartTimes => {
  const sum: Record<string, number> = {};
  for (const reading of readings) {
    for (const [part, ms] of Object.entries(reading)) sum[part] = (sum[part] ?? 0) + ms;
  }
  return sum;
};

/** Each part's share of `count` units, to a hundredth of a millisecond. */
export const perUnit = (times: PartTimes, count: number): PartTimes =>
  Object.fromEntries(
    Object.entries(times).map(([part, ms]) => [part, Math.round((ms / count) * 100) / 100]),
  );

/** All parts together, in milliseconds. */
export const totalOf = (times: PartTimes): number =>
  Math.round(Object.values(times).reduce((sum, ms) => sum + ms, 0) * 10) / 10;
