import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/create-activities.js';

/** One short attempt: a failed rehearsal only makes the first order slower. */
const { rehearse: openConnections } = proxyLocalActivities<Activities>({
  scheduleToCloseTimeout: '3s',
  retry: { maximumAttempts: 1 },
});

/**
 * A worker runs this before it reports ready. The first workflow of a process loads and compiles
 * shared code, which takes a quarter of a second that no order should wait for.
 */
export async function rehearse(): Promise<void> {
  await openConnections();
}
