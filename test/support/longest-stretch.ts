import { readFileSync } from 'node:fs';

const schedulerStatistics = `/proc/self/task/${process.pid}/schedstat`;

/**
 * The CPU time of the main thread in ms. Helpers that compile or collect garbage beside it do not
 * count; elsewhere than on Linux they do.
 */
export const ownCpuMs = (): number => {
  if (process.platform === 'linux') {
    return Number(readFileSync(schedulerStatistics, 'utf8').split(' ')[0]) / 1e6;
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

interface Instant {
  readonly atMs: number;
  readonly cpuMs: number;
}

const instant = (): Instant => ({ atMs: performance.now(), cpuMs: ownCpuMs() });

/**
 * The duration of one stretch of work in ms: the smaller of wall-clock time, to which a busy
 * machine adds, and CPU time.
 */
const stretchMs = (from: Instant, to: Instant): number =>
  Math.min(to.atMs - from.atMs, to.cpuMs - from.cpuMs);

/** The longest time in ms for which `work` blocked the event loop of this process. */
export const longestStretchMs = async (work: () => Promise<unknown>): Promise<number> => {
  let longest = 0;
  let since = instant();
  const beat = (): void => {
    const now = instant();
    longest = Math.max(longest, stretchMs(since, now));
    since = now;
  };
  const heart = setInterval(beat, 1);
  try {
    await work();
  } finally {
    clearInterval(heart);
    beat();
  }
  return longest;
};

/**
 * The same over up to `runs` runs, until one is at most `limitMs`: the first runs include
 * compilation and the garbage collection of earlier work.
 */
export const bestStretchMs = async (
  work: () => Promise<unknown>,
  { limitMs, runs }: { readonly limitMs: number; readonly runs: number },
): Promise<number> => {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs && best > limitMs; run += 1) {
    best = Math.min(best, await longestStretchMs(work));
  }
  return best;
};
