import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { BacktestRuleSetInput } from './messages.js';
import { endBacktest, evaluatePart, finishBacktest, planBacktest } from './activity-options.js';

/** Two for each of some worker processes: one evaluates while the other waits for Postgres. */
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
    // Of parts that are under way when one fails for good, none goes on for nothing.
    scope.cancel();
    throw error;
  }
};

/**
 * Tries a rule set on the stored orders of a period: plans the parts, evaluates each of them, adds
 * them up. All of it is kept in Postgres, so a crash costs the parts that were under way.
 * Cancelling ends it as cancelled; a fault that no retry cures, as failed.
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
