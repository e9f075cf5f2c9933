import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { AlertActivities } from '../../activities/alerts/create-alert-activities.js';
import { alertQueueOf } from '../alert-mail/messages.js';

/**
 * One poll. It sends a heartbeat every 5 s, so that a dead worker is noticed after half a minute
 * and the next attempt continues at its page. The 12 h only bound a poll that hangs in an unknown
 * way: its calls have timeouts of their own. Retried for ever, because no alert may be missed;
 * pauses of at most 5 min resume soon after an outage, and keep rejected logins from locking our
 * account.
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
 * Polls Sparkfly's alerts for as long as it is configured: a poll, the pause of the current
 * settings, the next poll. Completes when a poll finds Sparkfly no longer configured.
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
