import { createBacktestActivities } from '../activities/backtest/create-backtest-activities.js';
import {
  createFitActivities,
  type FitDeps,
} from '../activities/learned-points/create-fit-activities.js';
import type { BacktestThread } from './backtest-thread.js';

/** The activities whose work is done in the thread of backtests. */
export const createThreadActivities = (
  deps: Pick<FitDeps, 'db' | 'now' | 'reports'>,
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
