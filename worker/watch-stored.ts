import { repeat, warnUnlessEnding } from './repeat.js';
import { createDecisionCheck } from './watch-decisions.js';
import { createFitCheck } from './watch-fits.js';
import { type SettlementWatchDeps, watchSettlements } from './watch-settlements.js';

/** Fine enough for an alarm on an age of minutes. */
const decisionsEveryMs = 10_000;

/** Fine enough for an alarm on half an hour. */
const fitsEveryMs = 60_000;

/**
 * Watches what is stored and not done: settlements, orders without a decision, fits of points.
 * Runs until the signal aborts, also after a failed check.
 */
export const watchStored = async (
  deps: SettlementWatchDeps,
  parts: Parameters<typeof watchSettlements>[1],
): Promise<void> => {
  const { signal } = parts;
  const watch = (check: () => Promise<void>, everyMs: number, failed: string) =>
    repeat(check, { everyMs, signal, onFault: warnUnlessEnding(parts, failed) });
  const decisions = createDecisionCheck(deps, parts);
  const fits = createFitCheck(deps, parts);
  await Promise.all([
    watchSettlements(deps, parts),
    watch(decisions, decisionsEveryMs, 'the undecided orders could not be looked at'),
    watch(fits, fitsEveryMs, 'the fits of points could not be checked'),
  ]);
};
