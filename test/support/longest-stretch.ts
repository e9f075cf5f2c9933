/** Milliseconds that one stretch of work took at most, counted in two ways. */
const stretchMs = (sinceMs: number, since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  // A neighbour on the same cores makes the clock go on, another thread the processor time: what
  // the stretch itself took is no more than the smaller of both.
  return Math.min(performance.now() - sinceMs, (user + system) / 1000);
};

/** Longest stretch, in ms, for which the event loop of this process stood still during `work`. */
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
 * The same of work that is done up to `runs` times, until a run is short enough: the first ones
 * pay for what is compiled, and collect what others left behind.
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
