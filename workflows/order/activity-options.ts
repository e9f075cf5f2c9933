import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities, AskAgainActivities } from '../../activities/create-activities.js';
import { askAgainQueueOf, settleQueueOf } from './messages.js';

/**
 * The steps that need Postgres only, inside the answer. 5 s: no statement of theirs may take
 * longer. 2 s: longer pauses become server timers, which frees the worker's slot. 15 s: nobody
 * waits for the answer any more, and each further try would write to the history; then the same
 * step goes on as `durably`.
 */
export const { score, recordDecision } = proxyLocalActivities<Activities>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '15s',
  localRetryThreshold: '2s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/**
 * The same steps for an order whose caller is gone. They are retried for as long as Postgres is
 * away, because an order whose row is stored will be decided; tries of a regular activity leave no
 * events, so that days of them do not fill the history. 10 s: twice the longest statement.
 */
export const durably = proxyActivities<Pick<Activities, 'score' | 'recordDecision'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Room for the activity to give up by itself first; the server-side limit is a backstop. */
const backstopMs = 75;

/**
 * The partners, inside the answer's budget. One attempt: a partner's own transient faults are
 * retried by its client within the budget, and a missing vote leads to review, never to a wait.
 */
export const partnersWithin = (budgetMs: number) =>
  proxyLocalActivities<Activities>({
    scheduleToCloseTimeout: budgetMs + backstopMs,
    retry: { maximumAttempts: 1 },
  });

/**
 * Telling OMS. Retried for ever: nothing accepted is lost. 15 s covers a slow OMS answer; pauses
 * grow to a minute, so that an OMS that comes back is told soon and one that is down is not hit.
 */
export const settling = () =>
  proxyActivities<Activities>({
    taskQueue: settleQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '15s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });

/** Case keeping: Postgres only, durable, off the answer path. */
export const { recordVerdict, recordWithdrawal, remindReviewer, readStanding } =
  proxyActivities<Activities>({
    startToCloseTimeout: '10s',
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
  });

/**
 * Asking a silent partner again while the order waits. The activity sets its own pauses, 5 s
 * growing to 5 min; these are its bounds if it cannot. After a day a vote would come too late to
 * help. 20 s covers the activity's own 10 s for the partner.
 */
export const partnersAgain = () =>
  proxyActivities<AskAgainActivities>({
    taskQueue: askAgainQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '20s',
    scheduleToCloseTimeout: '24h',
    retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' },
  });

/**
 * Having Sardine told how its transaction ended, in orders that an earlier version decided:
 * Postgres only, off the answer path.
 */
export const { tellSardine } = proxyActivities<Activities>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '15m' },
});
