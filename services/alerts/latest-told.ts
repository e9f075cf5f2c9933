/** Clocks of stores and of Sparkfly may go so much before ours. */
const aheadMaxMs = 5 * 60_000;

/** The latest instant that may be told at `now`, in milliseconds since 1970. */
export const latestToldMs = (now: Date): number => now.getTime() + aheadMaxMs;
