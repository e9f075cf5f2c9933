import { setTimeout as pause } from 'node:timers/promises';
import { sendOutcomes } from '../activities/tell-sardine.js';
import type { Settings } from '../contracts/settings.js';
import type { Pool } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import type { Alarm, createShadowMetrics } from '../runtime/metrics.js';
import { startAlertMails } from '../services/alert-mails.js';
import { feedOrders } from '../services/alerts/order-feed.js';
import { applyDueDecisions, type ApplyParts } from '../services/cases/apply-decisions.js';
import { atPresent, type Tokeniser, type Vault } from '../services/context.js';
import { type RecordedBatch, recordAlerts } from '../services/evidence/from-alerts.js';
import { recordLabels } from '../services/evidence/from-labels.js';
import { runDueShadows } from '../services/shadow/score.js';
import type { Consumer } from './consume.js';

type ShadowRunDeps = Parameters<typeof runDueShadows>[0];

export interface ConsumerDeps {
  readonly db: Pool;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly now: () => Date;
  readonly settings: { readonly sardine: Pick<Settings['sardine'], 'guard'> };
  readonly shadow: ShadowRunDeps;
  readonly feedback: Parameters<typeof sendOutcomes>[0];
  /** How the decisions of reviewers reach the workflows. */
  readonly verdicts: Omit<ApplyParts, 'limit'>;
  /** Wakes the workflow that drains pushes. */
  readonly wakeDrain: () => Promise<void>;
  /** Starts the workflow that mails people about an alert; undefined without a mail server. */
  readonly notify: ((eventId: number) => Promise<void>) | undefined;
}

interface Parts {
  readonly logger: Logger;
  readonly alarm: Alarm;
  readonly shadowMetrics: ReturnType<typeof createShadowMetrics>;
  readonly signal: AbortSignal;
}

/** Counts order events under Verdict's own alert rules. */
const alertFeed = (deps: ConsumerDeps, { logger }: Parts): Consumer => ({
  name: 'alert_feed',
  // Owners stay locked while up to a hundred rules count a batch.
  batch: 50,
  work: async (limit) => {
    const { unreadable, hasMore } = await feedOrders(atPresent(deps), { limit });
    if (unreadable > 0) {
      logger.warn({ unreadable }, 'orders could not be opened, and are counted in an hour');
    }
    return hasMore;
  },
});

/** Records evidence from alerts or from labels. */
const evidence = (
  deps: ConsumerDeps,
  { logger }: Parts,
  [name, record]: readonly [
    'alert_evidence' | 'label_evidence',
    (
      context: Parameters<typeof recordAlerts>[0],
      batch: { readonly limit: number },
    ) => Promise<RecordedBatch>,
  ],
): Consumer => ({
  name,
  // A batch takes tens of milliseconds, and so does the wait for one of its locks.
  batch: 100,
  work: async (limit) => {
    const { unreadable, hasMore } = await record(atPresent(deps), { limit });
    if (unreadable > 0) {
      logger.warn({ what: name, unreadable }, 'the key is missing: tried again in an hour');
    }
    return hasMore;
  },
});

/** Evaluates answered orders with shadow rules and challengers. */
const shadow = (
  { shadow: deps }: ConsumerDeps,
  { alarm, shadowMetrics: { evaluations }, signal }: Parts,
): Consumer => ({
  name: 'shadow',
  // Some twenty milliseconds of work. An answer waits behind one order's evaluation at most.
  batch: 10,
  work: async (limit) => {
    const startedAtMs = performance.now();
    const batch = await runDueShadows(deps, limit);
    evaluations.inc({ result: 'evaluated' }, batch.evaluated - batch.errored);
    evaluations.inc({ result: 'errored' }, batch.errored);
    evaluations.inc({ result: 'postponed' }, batch.postponed);
    evaluations.inc({ result: 'failed' }, batch.failed.length);
    for (const fields of batch.failed) alarm('shadow_failed', fields);
    // Works at most half of the time; the other half stays free for answers, whatever the backlog.
    const workedMs = performance.now() - startedAtMs;
    await pause(workedMs, undefined, { signal }).catch(() => undefined);
    return batch.hasMore;
  },
});

/** Starts the workflows that mail people about alerts. */
const alertMails = (
  { db, now }: ConsumerDeps,
  start: (eventId: number) => Promise<void>,
): Consumer => ({
  name: 'alert_mails',
  // Workflows start concurrently; a flood of alerts is worked off within minutes.
  batch: 100,
  work: async (limit) => (await startAlertMails({ db, now: now() }, { start, limit })).hasMore,
});

/** Gives workflows what reviewers have decided, once it can no longer be undone. */
const caseDecisions = (deps: ConsumerDeps, { logger }: Parts): Consumer => ({
  name: 'case_decisions',
  // Each waits for its workflow; OMS hears of a decision within a second.
  batch: 20,
  pauseMs: 100,
  work: async (limit) => {
    const { faults, taken } = await applyDueDecisions(atPresent(deps), {
      ...deps.verdicts,
      limit,
    });
    for (const err of faults) logger.warn({ err }, 'a decision could not be applied');
    // Others have become due meanwhile, if reviewers are busy.
    return taken > 0;
  },
});

/** Wakes the workflow that drains AiFi's pushes, which then are no longer due. */
const aifi = ({ wakeDrain }: ConsumerDeps): Consumer => ({
  name: 'aifi',
  batch: 1,
  work: async () => {
    await wakeDrain();
    return false;
  },
});

/** Sends Sardine the outcomes of orders. */
const sardineFeedback = (deps: ConsumerDeps, { signal }: Parts): Consumer => ({
  name: 'sardine_feedback',
  // Concurrent calls, as many as the partner's guard admits.
  batch: deps.settings.sardine.guard.feedbackAtOnce,
  work: async (limit) => (await sendOutcomes(deps.feedback, { limit, signal })).hasMore,
});

/** All consumers. Without a mail server alerts stay due. */
export const createConsumers = (deps: ConsumerDeps, parts: Parts): readonly Consumer[] => {
  const { notify } = deps;
  if (notify === undefined) parts.logger.info('SMTP_URL is not set: nobody is told of alerts');
  return [
    alertFeed(deps, parts),
    evidence(deps, parts, ['alert_evidence', recordAlerts]),
    evidence(deps, parts, ['label_evidence', recordLabels]),
    shadow(deps, parts),
    ...(notify === undefined ? [] : [alertMails(deps, notify)]),
    aifi(deps),
    caseDecisions(deps, parts),
    sardineFeedback(deps, parts),
  ];
};
