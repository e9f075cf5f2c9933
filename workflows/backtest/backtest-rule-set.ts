import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { BacktestRuleSetInput } from './messages.js';
import { endBacktest, evaluatePart, finishBacktest, planBacktest } from './activity-options.js';

/** Two per worker process for some processes: one evaluates while the other waits for Postgres. */
const partsAtOnce = 4;

const evaluateAll = async (backtestId: string, parts: number): Promise<void> => {
  let next = 0;
  const evaluateOneByOne = async (): Promise<void> => {
    while (next < parts) {
      const part = next;
      next += 1;
      await evaluatePart({ backtestId, part });
    }
  };
  const scope = new CancellationScope();
  try {
    await scope.run(() => Promise.all(Array.from({ length: partsAtOnce }, evaluateOneByOne)));
  } catch (error) {
    // When a part fails for good, the parts in flight are cancelled: their work would be in vain.
    scope.cancel();
    throw error;
  }
};

/**
 * Tries a rule set on the stored orders of a period: plans the parts, evaluates each, adds them up.
 * All results are in Postgres, so a crash costs only the parts in flight. A cancellation ends it as
 * cancelled, a permanent fault as failed.
 */
export async function backtestRuleSet({ backtestId }: BacktestRuleSetInput): Promise<void> {
  try {
    const parts = await planBacktest({ backtestId });
    await evaluateAll(backtestId, parts);
    await finishBacktest({ backtestId });
  } catch (error) {
    const state = isCancellation(error) ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() => endBacktest({ backtestId, state }));
    throw error;
  }
}
