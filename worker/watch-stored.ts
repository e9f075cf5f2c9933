import { watchDecisions } from './watch-decisions.js';
import { watchFits } from './watch-fits.js';
import { type SettlementWatchDeps, watchSettlements } from './watch-settlements.js';

/**
 * Watches what is stored and not done: orders without a decision, settlements, fits of points.
 * Runs until the signal aborts.
 */
export const watchStored = async (
  deps: SettlementWatchDeps,
  parts: Parameters<typeof watchSettlements>[1],
): Promise<void> => {
  await Promise.all([
    watchDecisions(deps, parts),
    watchSettlements(deps, parts),
    watchFits(deps, parts),
  ]);
};
