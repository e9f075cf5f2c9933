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
 * Postgres only; with it away, tried for as long as that lasts. A batch takes below a second; a
 * worker that died with one is noticed after 10 s.
 */
const { drainAifiBatch } = proxyActivities<Activities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Keeps the history of one run short, so that a worker that has died is soon replaced. */
const batchesMax = 200;

/**
 * Turns what AiFi has pushed into evidence for as long as Verdict lives: a batch after each signal,
 * and further ones until nothing waits. Each run begins with a batch, so that a signal that came
 * between two runs is not missed.
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
