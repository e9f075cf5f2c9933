import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { runParts } from '../run-parts.js';
import type { BacktestRuleSetInput } from './messages.js';
import { endBacktest, evaluatePart, finishBacktest, planBacktest } from './activity-options.js';

/** Two per worker process for some processes: one evaluates while the other waits for Postgres. */
const partsAtOnce = 4;

/**
 * Tries a rule set on the stored orders of a period: plans the parts, evaluates each, adds them up.
 * All results are in Postgres, so a crash costs only the parts in flight. A cancellation ends it as
 * cancelled, a permanent fault as failed.
 */
export async function backtestRuleSet({ backtestId }: BacktestRuleSetInput): Promise<void> {
  try {
    const parts = await planBacktest({ backtestId });
    await runParts(parts, partsAtOnce, (part) => evaluatePart({ backtestId, part }));
    await finishBacktest({ backtestId });
  } catch (error) {
    const state = isCancellation(error) ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() => endBacktest({ backtestId, state }));
    throw error;
  }
}
