import { proxyActivities } from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';

/**
 * Two statements of at most 4 s for each of four banners, and as much again for connections. With
 * Postgres away, tried for as long as that lasts: what is noted is yesterday, seen from then.
 */
const { noteDayTotals: noteTotals } = proxyActivities<UpkeepActivities>({
  startToCloseTimeout: '1m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/** Notes what a large order of each banner was up to yesterday, unless that is noted. */
export const noteDayTotals = (): Promise<void> => noteTotals();
