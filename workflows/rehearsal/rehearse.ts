import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/create-activities.js';

/** One attempt, and briefly: a rehearsal that fails costs the first order some time, no more. */
const { rehearse: openConnections } = proxyLocalActivities<Activities>({
  scheduleToCloseTimeout: '3s',
  retry: { maximumAttempts: 1 },
});

/**
 * What a worker runs before it calls itself ready. The first workflow of a process loads and
 * compiles what all have in common, which takes a quarter of a second; no order should wait for it.
 */
export async function rehearse(): Promise<void> {
  await openConnections();
}
