/** The duration of one stretch of work in milliseconds: the smaller of two measurements. */
const stretchMs = (sinceMs: number, since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  // A busy machine adds to the wall-clock time, other threads add to the CPU time. The stretch
  // itself took no more than the smaller of both.
  return Math.min(performance.now() - sinceMs, (user + system) / 1000);
};

/** The longest time in ms for which `work` blocked the event loop of this process. */
export const longestStretchMs = async (work: () => Promise<unknown>): Promise<number> => {
  let longest = 0;
  let sinceMs = performance.now();
  let since = process.cpuUsage();
  const beat = (): void => {
    longest = Math.max(longest, stretchMs(sinceMs, since));
    sinceMs = performance.now();
    since = process.cpuUsage();
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
 * The same over up to `runs` runs, until one is short enough: the first runs include compilation
 * and the garbage collection of earlier work.
 */
export const bestStretchMs = async (
  work: () => Promise<unknown>,
  { enoughMs, runs }: { readonly enoughMs: number; readonly runs: number },
): Promise<number> => {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs && best > enoughMs; run += 1) {
    best = Math.min(best, await longestStretchMs(work));
  }
  return best;
};
