import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';
import { upkeepQueueOf } from './messages.js';

/**
 * Two statements of at most 4 s for each of four banners, and as much again for connections. With
 * Postgres away, tried for as long as that lasts: what is noted is yesterday, seen from then.
 */
const noting = () =>
  proxyActivities<UpkeepActivities>({
    taskQueue: upkeepQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '1m',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });

/** Notes what a large order of each banner was up to yesterday, unless that is noted. */
export const noteDayTotals = (): Promise<void> => noting().noteDayTotals();
