import type { Settings } from '../contracts/settings.js';
import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import type { Alarm } from '../runtime/metrics.js';
import { listDueAlerts, postponeAlerts, untoldAge } from '../services/alert-mails/plan.js';
import { createReminder } from './reminder.js';
import { repeat, warnUnlessEnding } from './repeat.js';

/** People are told seconds after an alert; a look is one range of a small index. */
const lookEveryMs = 1000;

/** Their workflows are started side by side; a flood of alerts is worked off within minutes. */
const atOnce = 100;

/** A workflow that was ended by somebody is begun anew after this. */
const startAgainMs = 10 * 60_000;

/** Fine enough for an age that is alarmed after minutes. */
const ageEveryMs = 10_000;

export interface NotifyDeps {
  readonly db: Queryable;
  readonly settings: { readonly alerts: Pick<Settings['alerts'], 'mailLateAfterMs'> };
  readonly now: () => Date;
  /** Starts the workflow that tells people of an alert; undefined without a mail server. */
  readonly notify: ((eventId: number) => Promise<void>) | undefined;
}

interface Parts {
  readonly logger: Logger;
  readonly alarm: Alarm;
  readonly signal: AbortSignal;
}

/** One look at what is due. Alerts whose workflow could not be started stay due. */
const startDue = async (
  { db, now }: NotifyDeps,
  notify: (eventId: number) => Promise<void>,
): Promise<void> => {
  const due = await listDueAlerts({ db, now: now() }, { limit: atOnce });
  if (due.length === 0) return;
  const results = await Promise.allSettled(due.map(notify));
  const started = due.filter((_, index) => results[index]?.status === 'fulfilled');
  await postponeAlerts({ db }, started, new Date(now().getTime() + startAgainMs));
  const fault = results.find((result) => result.status === 'rejected');
  if (fault !== undefined) throw fault.reason;
};

/** One look at the age of what waits: alarms once when it is late, then each hour while it is. */
export const createAgeLook = (
  { db, settings, now }: NotifyDeps,
  alarm: Alarm,
): (() => Promise<void>) => {
  const isDue = createReminder(settings.alerts.mailLateAfterMs);
  return async () => {
    const at = now();
    const { waiting, oldestMs } = await untoldAge({ db, now: at });
    if (isDue(oldestMs, at.getTime())) {
      alarm('notifications_late', { waiting, oldestSeconds: Math.round(oldestMs / 1000) });
    }
  };
};

/**
 * Has people told of alerts that are due, until `signal` aborts. Without a mail server nothing
 * runs: alerts stay due, and are told once there is one.
 */
export const notifyAlerts = async (deps: NotifyDeps, parts: Parts): Promise<void> => {
  const { logger, alarm, signal } = parts;
  const { notify } = deps;
  if (notify === undefined) {
    logger.info('SMTP_URL is not set: nobody is told of alerts');
    return;
  }
  const startFault = warnUnlessEnding(parts, 'people could not be told of alerts');
  const ageFault = warnUnlessEnding(parts, 'the waiting alerts could not be looked at');
  await Promise.all([
    repeat(() => startDue(deps, notify), { everyMs: lookEveryMs, signal, onFault: startFault }),
    repeat(createAgeLook(deps, alarm), { everyMs: ageEveryMs, signal, onFault: ageFault }),
  ]);
};
