import type { ActivityDeps } from '../deps.js';
import { planAlertMails } from './plan-alert-mails.js';
import { pollSparkfly } from './poll-sparkfly.js';
import { sendAlertMail } from './send-alert-mail.js';

/** The dependencies of the activities on the alerts queue. */
export type AlertActivityDeps = Pick<
  ActivityDeps,
  'db' | 'vault' | 'settings' | 'mail' | 'sparkfly' | 'reports' | 'now'
>;

/** The activities of the alerts queue, bound to their dependencies. Each may run twice. */
export const createAlertActivities = (deps: AlertActivityDeps) => ({
  planAlertMails: planAlertMails(deps),
  pollSparkfly: pollSparkfly(deps),
  sendAlertMail: sendAlertMail(deps),
});

export type AlertActivities = ReturnType<typeof createAlertActivities>;
