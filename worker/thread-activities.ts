import { createBacktestActivities } from '../activities/backtest/create-backtest-activities.js';
import { createFitActivities } from '../activities/learned-points/create-fit-activities.js';
import type { Pool } from '../db/pool.js';
import type { BacktestThread } from './backtest-thread.js';

/** The activities whose work is done in the thread of backtests. */
export const createThreadActivities = (
  deps: { readonly db: Pool; readonly now: () => Date },
  { run }: BacktestThread,
) => ({
  ...createBacktestActivities({
    ...deps,
    evaluate: (part, signal) => run({ name: 'evaluatePart', ...part }, signal),
  }),
  ...createFitActivities({
    ...deps,
    countPart: (part, signal) => run({ name: 'countFitPart', ...part }, signal),
    fit: (named, signal) => run({ name: 'fitPoints', ...named }, signal),
  }),
});

export type ThreadActivities = ReturnType<typeof createThreadActivities>;
