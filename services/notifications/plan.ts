import type { Settings } from '../../contracts/settings.js';
import {
  countAlertMails,
  endAlertTelling,
  insertAlertMails,
  lockAlertEvent,
} from '../../db/alert-mails.js';
import { findRuleEverLive } from '../../db/alert-rules.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import type { Vault } from '../ports.js';
import { recipientsOf } from './recipients.js';
import { mailContextOf } from './mail-context.js';

export interface PlannedMails {
  /** How many mails the alert has; they are numbered from 1. */
  readonly mails: number;
  /** Somebody is to be told, and there is nobody: said once, by the call that found it. */
  readonly isUnheard: boolean;
}

/**
 * Settles who is told of an alert: its rule's recipients as they are now, also when the rule has
 * been deleted since. What was planned stands; of two calls at once the second one finds what the
 * first one stored. With nobody to tell the alert is due no longer, and its notifications were not
 * sent. Throws `TemporarilyUnavailable`.
 */
export const planMails = async (
  deps: {
    readonly pool: Pool;
    readonly vault: Vault;
    readonly settings: Pick<Settings, 'contacts' | 'stores'>;
  },
  eventId: number,
  now: Date,
): Promise<PlannedMails> =>
  inTransaction(deps.pool, async (db) => {
    const event = await lockAlertEvent(db, eventId);
    const planned = await countAlertMails(db, eventId);
    const isDue = event !== undefined && event.notify_due_at !== null;
    if (planned > 0 || !isDue) return { mails: planned, isUnheard: false };
    const rule = await findRuleEverLive(db, event.rule_id);
    const recipients = rule === undefined ? [] : recipientsOf(deps, event, rule);
    const mails = recipients.map(({ role, address }, index) => {
      const number = index + 1;
      return { role, number, address: deps.vault.seal(address, mailContextOf(eventId, number)) };
    });
    if (mails.length === 0) await endAlertTelling(db, eventId, now);
    else await insertAlertMails(db, eventId, mails, now);
    return { mails: mails.length, isUnheard: mails.length === 0 };
  });
