import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';
import { upkeepQueueOf } from './messages.js';

/**
 * Twenty statements take seconds, and at most 4 s each on a busy database, plus the wait for a
 * connection. A dead worker misses its heartbeat after 30 s, longer than any two statements. While
 * Postgres is unavailable, it is retried without end.
 */
const deleting = () =>
  proxyActivities<UpkeepActivities>({
    taskQueue: upkeepQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '4m',
    heartbeatTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });

/** Six events each: keeps the history of one run short. */
const partsMax = 100;

type Deleted = Awaited<ReturnType<UpkeepActivities['deleteSomeOldRows']>>['deleted'];

const add = (one: Deleted | undefined, other: Deleted): Deleted => {
  const sums = Object.entries(other).map(([name, count]) => [
    name,
    count + (one?.[name as keyof Deleted] ?? 0),
  ]);
  return Object.fromEntries(sums) as Deleted;
};

/**
 * Deletes rows whose retention has passed, part by part, until none is left. Completes with the
 * number of deleted rows of each kind; `before` is the count of earlier runs.
 */
export async function deleteOldRows(before?: Deleted): Promise<Deleted> {
  const { deleteSomeOldRows } = deleting();
  let sum = before;
  for (let part = 0; part < partsMax; part += 1) {
    const { deleted, hasMore } = await deleteSomeOldRows();
    sum = add(sum, deleted);
    if (!hasMore) return sum;
  }
  return continueAsNew<typeof deleteOldRows>(sum);
}
