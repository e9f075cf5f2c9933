import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';
import { upkeepQueueOf } from './messages.js';

/**
 * Two statements of at most 4 s for each of four banners, and as much again for connections. While
 * Postgres is unavailable, it is retried without end; "yesterday" counts from the attempt that
 * succeeds.
 */
const noting = () =>
  proxyActivities<UpkeepActivities>({
    taskQueue: upkeepQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '1m',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });

/** Stores the size of a large order per banner as of yesterday, unless stored. */
export const noteDayTotals = (): Promise<void> => noting().noteDayTotals();
