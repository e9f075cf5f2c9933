import type { Settings } from '../../contracts/settings.js';
import {
  endAlertNotification,
  findAlertEvent,
  findAlertMail,
  lockAlertEvent,
  type MailRole,
  type MailState,
  setAlertMailSettled,
  type AlertToNotifyRow,
} from '../../db/alert-mails.js';
import { type AlertRuleRow, findRuleEverLive } from '../../db/alert-rules.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import type { AlertMailContent } from '../../domain/alerts/alert-mail.js';
import type { Context } from '../context.js';
import { mailContextOf, sameMailbox, storeContacts } from './plan.js';

/** The content, recipient, role and state of one mail. */
export interface AlertMail extends AlertMailContent {
  readonly role: MailRole;
  readonly state: MailState;
}

/** A store gets its own time zone; everybody else UTC, since an alert may concern many stores. */
const timeZoneOf = (
  settings: Settings,
  { store }: AlertToNotifyRow,
  { role, address }: { readonly role: MailRole; readonly address: string },
): string => {
  if (role !== 'store') return 'UTC';
  const same = ({ email }: { readonly email: string }): boolean =>
    sameMailbox(email) === sameMailbox(address);
  return storeContacts(settings, store).find(same)?.timeZone ?? 'UTC';
};

const alertContentOf = (event: AlertToNotifyRow, rule: AlertRuleRow | undefined) => ({
  family: event.family,
  ruleId: event.rule_id,
  ruleName: event.rule_name,
  metric: event.metric,
  memberId: event.family === 'loyalty' ? event.owner : null,
  store: event.store,
  quantity: event.quantity,
  threshold: rule?.quantity,
  windowSeconds: rule?.time_period_s,
  suppressedCount: event.suppressed_count,
  happenedAt: event.created_at,
});

/**
 * Reads one mail of an alert; undefined when the alert has been deleted. Throws when the key of its
 * address has been retired.
 */
export const readMail = async (
  { db, vault, settings }: Context<'vault' | 'settings'>,
  eventId: number,
  number: number,
): Promise<AlertMail | undefined> => {
  const event = await findAlertEvent(db, eventId);
  const row = await findAlertMail(db, eventId, number);
  if (event === undefined || row === undefined) return undefined;
  const address = vault.open(row.address, mailContextOf(eventId, number));
  const { role, state, planned_at: plannedAt } = row;
  return {
    eventId,
    number,
    role,
    state,
    address,
    plannedAt,
    ...alertContentOf(event, await findRuleEverLive(db, event.rule_id)),
    timeZone: timeZoneOf(settings, event, { role, address }),
  };
};

/**
 * Records the result of a mail. The last one ends the alert's notification, which counts as sent if
 * any mail was. A mail that was settled before stays unchanged.
 */
export const settleMail = async (
  { db: pool, now }: Context<'now', Pool>,
  mail: {
    readonly eventId: number;
    readonly number: number;
    readonly state: Exclude<MailState, 'waiting'>;
  },
): Promise<void> =>
  inTransaction(pool, async (db) => {
    // When the last two mails are settled concurrently, the second must see the first.
    await lockAlertEvent(db, mail.eventId);
    if (await setAlertMailSettled(db, mail, now)) await endAlertNotification(db, mail.eventId, now);
  });
