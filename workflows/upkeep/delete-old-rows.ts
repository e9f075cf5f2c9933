import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';
import { upkeepQueueOf } from './messages.js';

/**
 * Twenty statements take seconds, and 4 s each at most on a busy database, waiting for a connection
 * apart. A worker that died with them is noticed by its silence after 30 s, which is longer than
 * any two statements. With Postgres away, tried for as long as that lasts.
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
 * Deletes what has been kept for its time, some of it at a time, until nothing is left that is over
 * it; completes with the number of rows of each kind. `before` is what earlier runs have deleted.
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
