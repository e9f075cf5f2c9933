import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities, AskAgainActivities } from '../../activities/create-activities.js';
import { askAgainQueueOf, settleQueueOf } from './messages.js';

/**
 * The activities on the answer path that need Postgres only. 5 s: longer than any of their
 * statements may take. 2 s: longer pauses become server timers, which free the worker's slot. 15 s:
 * the caller is gone by then, and each further attempt would add to the history, so `durably` takes
 * over.
 */
export const { score, recordDecision } = proxyLocalActivities<Activities>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '15s',
  localRetryThreshold: '2s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/**
 * The same activities for an order whose caller is gone. They are retried while Postgres is
 * unavailable, because every stored order must be decided; retries of a regular activity add no
 * events, so days of them do not fill the history. 10 s: twice the longest statement.
 */
export const durably = proxyActivities<Pick<Activities, 'score' | 'recordDecision'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Lets the activity time out by itself first; the server-side timeout is a backstop. */
const backstopMs = 75;

/**
 * The partners, within the answer's budget. One attempt: the client itself retries transient faults
 * within the budget, and a missing vote leads to review, never to a wait.
 */
export const partnersWithin = (budgetMs: number) =>
  proxyLocalActivities<Activities>({
    scheduleToCloseTimeout: budgetMs + backstopMs,
    retry: { maximumAttempts: 1 },
  });

/**
 * Settlement at OMS. Retried for ever: no accepted order may be lost. 15 s covers a slow OMS
 * answer. A call that takes longer than a second sends heartbeats, so Temporal retries it 4 s after
 * its worker died and not after 15. Pauses grow to a minute, so that OMS is called again soon after
 * an outage without being flooded.
 */
export const settling = () =>
  proxyActivities<Activities>({
    taskQueue: settleQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '15s',
    heartbeatTimeout: '4s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });

/**
 * The first try of a settlement, in the workflow task of the decision: most orders end there, which
 * saves the hop over a task queue and a second workflow task. 5 s: the 3 s of a first call to OMS,
 * and the statements around it. One try: the durable step takes over.
 */
export const { settleAtOnce } = proxyLocalActivities<Activities>({
  scheduleToCloseTimeout: '5s',
  retry: { maximumAttempts: 1 },
});

/** Case keeping: Postgres only, durable, off the answer path. */
export const { recordVerdict, recordWithdrawal, remindReviewer, readStanding } =
  proxyActivities<Activities>({
    startToCloseTimeout: '10s',
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
  });

/**
 * Asks a silent partner again while the order waits. The activity sets its own pauses, 5 s growing
 * to 5 min; these options bound it otherwise. After a day a vote would come too late. 20 s covers
 * the activity's own 10 s for the partner.
 */
export const partnersAgain = () =>
  proxyActivities<AskAgainActivities>({
    taskQueue: askAgainQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '20s',
    scheduleToCloseTimeout: '24h',
    retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' },
  });

/**
 * Queues Sardine's feedback, in orders that an earlier version decided: Postgres only, off the
 * answer path.
 */
export const { tellSardine } = proxyActivities<Activities>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '15m' },
});
