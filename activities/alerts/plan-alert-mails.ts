import { Context } from '@temporalio/activity';
import { atPresent } from '../../services/context.js';
import { planMails } from '../../services/alert-mails/plan.js';
import type { AlertActivityDeps } from './create-alert-activities.js';

/**
 * Settles who is told of an alert. It may run twice: what was planned stands. An alert whose rule
 * names nobody any more is told to nobody, with a warning.
 */
export const planAlertMails =
  (deps: Pick<AlertActivityDeps, 'db' | 'vault' | 'settings' | 'now'>) =>
  async ({ eventId }: { readonly eventId: number }): Promise<{ readonly mails: number }> => {
    const { mails, hasNoRecipient } = await planMails(atPresent(deps), eventId);
    if (hasNoRecipient) Context.current().log.warn('an alert has nobody to tell', { eventId });
    return { mails };
  };
