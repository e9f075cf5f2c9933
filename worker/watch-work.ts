import type { Settings } from '../contracts/settings.js';
import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import {
  type Alarm,
  type createShadowMetrics,
  createWorkGauges,
  type Metrics,
} from '../runtime/metrics.js';
import { unsentMailAge } from '../services/alert-mails.js';
import { unappliedAge } from '../services/cases/apply-decisions.js';
import { type Backlog, workBacklog } from '../services/due-work.js';
import { createReminder } from './reminder.js';
import { repeat, warnUnlessEnding } from './repeat.js';

/** Fine enough for an alarm on an age of minutes. */
const checkEveryMs = 10_000;

interface WorkWatchDeps {
  readonly db: Queryable;
  readonly settings: { readonly alerts: Pick<Settings['alerts'], 'mailLateAfterMs'> };
  readonly now: () => Date;
  /** Undefined without a mail server: then no mails are sent, and none is late. */
  readonly notify: unknown;
}

/**
 * Checks the age of unsent alert mails: raises the alarm once when they are late, then each hour.
 */
export const createMailAgeCheck = (
  { db, settings, now }: Pick<WorkWatchDeps, 'db' | 'settings' | 'now'>,
  alarm: Alarm,
): (() => Promise<void>) => {
  const isDue = createReminder(settings.alerts.mailLateAfterMs);
  return async () => {
    const at = now();
    const { waiting, oldestMs } = await unsentMailAge({ db, now: at });
    if (isDue(oldestMs, at.getTime())) {
      alarm('notifications_late', { waiting, oldestSeconds: Math.round(oldestMs / 1000) });
    }
  };
};

/** A decision of a reviewer that reaches no workflow for so long is late. */
const decisionLateAfterMs = 60_000;

/** Checks the age of decisions that no workflow has taken: raises the alarm as for mails. */
export const createDecisionAgeCheck = (
  { db, now }: Pick<WorkWatchDeps, 'db' | 'now'>,
  alarm: Alarm,
): (() => Promise<void>) => {
  const isDue = createReminder(decisionLateAfterMs);
  return async () => {
    const at = now();
    const { waiting, oldestMs } = await unappliedAge({ db, now: at });
    if (isDue(oldestMs, at.getTime())) {
      alarm('review_decision_late', { waiting, oldestSeconds: Math.round(oldestMs / 1000) });
    }
  };
};

const nothing: Backlog = { pending: 0, oldestSeconds: 0 };

/**
 * Measures the consumers' backlog every ten seconds and sets the gauges; raises an alarm when alert
 * mails or decisions of reviewers are late. Runs until `signal` aborts, also after a failed
 * measurement.
 */
export const watchWork = async (
  deps: WorkWatchDeps,
  parts: {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly alarm: Alarm;
    readonly shadowMetrics: ReturnType<typeof createShadowMetrics>;
    readonly signal: AbortSignal;
  },
): Promise<void> => {
  const { signal, alarm, shadowMetrics } = parts;
  const gauges = createWorkGauges(parts.metrics.registry);
  const measure = async (): Promise<void> => {
    const backlog = await workBacklog({ db: deps.db, now: deps.now() });
    gauges.pending.reset();
    gauges.oldestSeconds.reset();
    for (const [consumer, { pending, oldestSeconds }] of backlog) {
      gauges.pending.set({ consumer }, pending);
      gauges.oldestSeconds.set({ consumer }, oldestSeconds);
    }
    const { pending, oldestSeconds } = backlog.get('shadow') ?? nothing;
    shadowMetrics.pending.set(pending);
    shadowMetrics.oldestSeconds.set(oldestSeconds);
  };
  const mailAge = deps.notify === undefined ? undefined : createMailAgeCheck(deps, alarm);
  const decisionAge = createDecisionAgeCheck(deps, alarm);
  const check = async (): Promise<void> => {
    await measure();
    await decisionAge();
    await mailAge?.();
  };
  const onFault = warnUnlessEnding(parts, 'what waits could not be looked at');
  await repeat(check, { everyMs: checkEveryMs, signal, onFault });
};
