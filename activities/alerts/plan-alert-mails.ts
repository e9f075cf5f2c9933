import { Context } from '@temporalio/activity';
import { atPresent } from '../../services/context.js';
import { planMails } from '../../services/alert-mails.js';
import type { AlertActivityDeps } from './create-alert-activities.js';

/**
 * Plans the mails of an alert. It may run twice: stored plans stay. An alert whose rule has no
 * recipients any more gets no mail, with a warning.
 */
export const planAlertMails =
  (deps: Pick<AlertActivityDeps, 'db' | 'vault' | 'settings' | 'now'>) =>
  async ({ eventId }: { readonly eventId: number }): Promise<{ readonly mails: number }> => {
    const { mails, hasNoRecipient } = await planMails(atPresent(deps), eventId);
    if (hasNoRecipient) Context.current().log.warn('an alert has nobody to tell', { eventId });
    return { mails };
  };
