import { proxyActivities } from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';

/**
 * Two statements of at most 4 s for each of four banners, and as much again for connections. While
 * Postgres is unavailable, it is retried without end; "yesterday" counts from the attempt that
 * succeeds.
 */
const { noteDayTotals: noteTotals } = proxyActivities<UpkeepActivities>({
  startToCloseTimeout: '1m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/** Stores the size of a large order per banner as of yesterday, unless stored. */
export const noteDayTotals = (): Promise<void> => noteTotals();
