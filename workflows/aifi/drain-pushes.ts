import {
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/create-activities.js';
import { aifiPushed } from './messages.js';

/**
 * Postgres only. While Postgres is unavailable, it is retried without end. A batch takes less than
 * a second; a dead worker is noticed after 10 s.
 */
const { drainAifiBatch } = proxyActivities<Activities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Keeps the history of one run short, so that another worker can replay it fast. */
const batchesMax = 200;

/**
 * Turns AiFi's pushes into evidence for as long as Verdict runs: a batch after each signal, and
 * more until no push waits. Each run starts with a batch, so that no signal between two runs is
 * lost.
 */
export async function drainAifiPushes(): Promise<void> {
  let isPushed = true;
  setHandler(aifiPushed, () => {
    isPushed = true;
  });
  for (let batch = 0; batch < batchesMax; batch += 1) {
    await condition(() => isPushed);
    isPushed = false;
    const { hasMore } = await drainAifiBatch();
    if (hasMore) isPushed = true;
    if (workflowInfo().continueAsNewSuggested) break;
  }
  await continueAsNew<typeof drainAifiPushes>();
}
