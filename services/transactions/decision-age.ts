import type { Queryable } from '../../db/pool.js';
import { countStuckRuns } from '../../db/stuck-runs.js';
import { findUndecided } from '../../db/transactions.js';

/** The orders that are stored and not decided yet. */
export interface DecisionAge {
  readonly waiting: number;
  /** How long the oldest of them has waited; 0 when none waits. */
  readonly oldestSeconds: number;
  /** Runs whose workflow tasks keep failing and that are not replaced yet. */
  readonly stuck: number;
}

/** How many orders wait for their decision, and since when. Throws `TemporarilyUnavailable`. */
export const decisionAge = async (db: Queryable, now: Date): Promise<DecisionAge> => {
  const { waiting, oldestAt } = await findUndecided(db);
  const oldestMs = oldestAt === null ? 0 : now.getTime() - oldestAt.getTime();
  return {
    waiting,
    oldestSeconds: Math.max(0, oldestMs) / 1000,
    stuck: await countStuckRuns(db),
  };
};
