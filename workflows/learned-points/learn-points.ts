import {
  CancellationScope,
  isCancellation,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import { backtestRuleSet } from '../backtest/backtest-rule-set.js';
import { backtestWorkflowIdOf } from '../backtest/messages.js';
import { runParts } from '../run-parts.js';
import {
  countFitPart,
  endPointsFit,
  fitPoints,
  planPointsFit,
  proposePoints,
} from './activity-options.js';
import type { LearnPointsInput } from './messages.js';

/** As for a backtest, whose worker it shares. */
const partsAtOnce = 4;

/**
 * Learns the points of the rules in force from labels: plans the parts, counts the orders of each,
 * fits the points, and proposes them as a draft. The draft's backtest on the held-out orders goes
 * on by itself. All results are in Postgres, so a crash costs only the parts in flight. A
 * cancellation ends it as cancelled, a permanent fault as failed.
 */
export async function learnPoints({ fitId }: LearnPointsInput): Promise<void> {
  try {
    const parts = await planPointsFit({ fitId });
    await runParts(parts, partsAtOnce, (part) => countFitPart({ fitId, part }));
    await fitPoints({ fitId });
    const backtestId = await proposePoints({ fitId });
    if (backtestId === null) return;
    // The fit is done by now, and its backtest is stored: it must not stay running for ever.
    await CancellationScope.nonCancellable(() =>
      startChild(backtestRuleSet, {
        workflowId: backtestWorkflowIdOf(backtestId),
        args: [{ backtestId }],
        // The proposal is complete without it.
        parentClosePolicy: ParentClosePolicy.ABANDON,
      }),
    );
  } catch (error) {
    const state = isCancellation(error) ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() => endPointsFit({ fitId, state }));
    throw error;
  }
}
