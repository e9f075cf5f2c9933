import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { AlertActivities } from '../../activities/alerts/create-alert-activities.js';
import { alertQueueOf } from '../alert-mail/messages.js';

/**
 * One poll. It heartbeats every 5 s, so that a worker that died with it is noticed after half a
 * minute, and goes on at the page that it came to; the 12 h bound nothing but a poll that hangs in
 * some unknown way: its calls have limits of their own. Retried for ever, because what Sparkfly
 * raises must not be missed; pauses of at most 5 min let a Sparkfly that comes back be read soon,
 * and keep a refused login from locking our account.
 */
const polling = () =>
  proxyActivities<AlertActivities>({
    taskQueue: alertQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '12h',
    heartbeatTimeout: '30s',
    retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' },
  });

/** Some ten events each: keeps the history of one run short. */
const pollsMax = 100;

/**
 * Looks for alerts at Sparkfly for as long as it is configured: a poll, a pause as the settings say
 * at the time, the next poll. Completes when a poll finds that there is nothing to poll any more.
 */
export async function pollSparkflyAlerts(): Promise<void> {
  const { pollSparkfly } = polling();
  for (let poll = 0; poll < pollsMax; poll += 1) {
    const polled = await pollSparkfly();
    if (polled.kind === 'off') return;
    await sleep(polled.pollEveryMs, { summary: 'until the next poll' });
    if (workflowInfo().continueAsNewSuggested) break;
  }
  await continueAsNew<typeof pollSparkflyAlerts>();
}
