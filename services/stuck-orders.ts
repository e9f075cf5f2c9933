import type { StuckOrders } from '../contracts/v1/operations.js';
import { countStuckRuns, listStuckRuns, type StuckRunRow } from '../db/stuck-runs.js';
import { dayMs } from '../domain/utc-day.js';
import type { Context } from './context.js';
import { decisionAge, settlementAge } from './transactions/settlement.js';

/** How long a terminated run is shown. */
const shownForMs = 7 * dayMs;

const shownMax = 200;

const view = (row: StuckRunRow): StuckOrders['runs'][number] => ({
  transactionId: row.transaction_id,
  workflowId: row.workflow_id,
  runId: row.run_id,
  status: row.status,
  cause: row.cause,
  failingSince: row.failing_since.toISOString(),
  seenAt: row.seen_at.toISOString(),
  freedAt: row.freed_at?.toISOString() ?? null,
});

/** The number of runs whose workflow tasks keep failing and that are not replaced yet. */
export const countStuck = ({ db }: Context): Promise<number> => countStuckRuns(db);

/** Orders without progress, for operators. */
export const stuckOrders = async ({ db, now }: Context<'now'>): Promise<StuckOrders> => {
  const rows = await listStuckRuns(db, new Date(now.getTime() - shownForMs), shownMax);
  return {
    stuck: await countStuck({ db }),
    runs: rows.map(view),
    undecided: await decisionAge({ db, now }),
    settling: await settlementAge({ db, now }),
  };
};
