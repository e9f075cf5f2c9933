import {
  endAlertTelling,
  lockAlertEvent,
  type MailState,
  setAlertMailSettled,
} from '../../db/alert-mails.js';
import { inTransaction, type Pool } from '../../db/pool.js';

/**
 * Notes what became of a mail; with the last one the alert is due no longer, and its notifications
 * were sent if any mail was. A mail that was settled before stays as it is. Throws
 * `TemporarilyUnavailable`.
 */
export const settleMail = async (
  pool: Pool,
  mail: {
    readonly eventId: number;
    readonly number: number;
    readonly state: Exclude<MailState, 'waiting'>;
  },
  now: Date,
): Promise<void> =>
  inTransaction(pool, async (db) => {
    // Of the last two mails, settled at one moment, the second one must see the first.
    await lockAlertEvent(db, mail.eventId);
    if (await setAlertMailSettled(db, mail, now)) await endAlertTelling(db, mail.eventId, now);
  });
