import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';
import { upkeepQueueOf } from './messages.js';

/**
 * Of four banners 5,000 decisions each, at most 36 days of them the first time: a few minutes. A
 * dead worker misses its heartbeat after 30 s; each comes after fifty decisions. While Postgres is
 * unavailable, it is retried without end, and days that were counted stay.
 */
const noting = () =>
  proxyActivities<UpkeepActivities>({
    taskQueue: upkeepQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '30m',
    heartbeatTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });

/** Counts what today's decisions are like, and raises an alarm for what has changed. */
export const noteDrift = () => noting().noteDrift();
