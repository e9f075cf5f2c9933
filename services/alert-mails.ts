import type { Settings } from '../contracts/settings.js';
import {
  type AlertToNotifyRow,
  countAlertMails,
  endAlertNotification,
  findAlertEvent,
  findAlertMail,
  findUnsentAlerts,
  insertAlertMails,
  lockAlertEvent,
  type MailRole,
  type MailState,
  setAlertMailSettled,
} from '../db/alert-mails.js';
import { type AlertRuleRow, findRuleEverLive } from '../db/alert-rules.js';
import { postponeDue, takeDue } from '../db/due.js';
import { inTransaction, type Pool } from '../db/pool.js';
import type { AlertMailContent } from '../domain/alerts/alert-mail.js';
import { openEmails } from './alerts/members.js';
import type { Context } from './context.js';

/** The vault context that ties a sealed address to its mail. */
export const mailContextOf = (eventId: number, number: number): string =>
  `alert-mail:${eventId}:${number}`;

/** A recipient of an alert's mail, and in which role. */
interface Recipient {
  readonly role: MailRole;
  readonly address: string;
}

/** The mailboxes of an alert's store. */
export const storeContacts = (
  { stores }: Pick<Settings, 'stores'>,
  storeNumber: number | null,
): { readonly email: string; readonly timeZone: string | undefined }[] =>
  stores.flatMap(({ number, email, timeZone }) =>
    number === storeNumber && email !== undefined ? [{ email, timeZone }] : [],
  );

/** Normalises a mailbox for comparison. Servers with case-sensitive mailboxes no longer occur. */
export const sameMailbox = (address: string): string => address.toLowerCase();

/**
 * The recipients of an alert, each mailbox once: the corporate contact, the contacts of the alert's
 * store, the rule's own addresses. Throws when the key of the rule's addresses has been retired.
 */
const recipientsOf = (
  { vault, settings }: Context<'vault' | 'settings'>,
  event: Pick<AlertToNotifyRow, 'store'>,
  rule: AlertRuleRow,
): Recipient[] => {
  const { contacts } = settings;
  const corporate = rule.notify_corporate ? [contacts.corporateEmail] : [];
  const stores = rule.notify_store ? storeContacts(settings, event.store) : [];
  const emails = rule.notify_emails ? openEmails(vault, rule) : [];
  const all: Recipient[] = [
    ...corporate.flatMap((address) => (address === null ? [] : [{ role: 'corporate', address }])),
    ...stores.map(({ email: address }) => ({ role: 'store', address })),
    ...emails.map((address) => ({ role: 'email', address })),
  ] as Recipient[];
  const first = new Map<string, Recipient>();
  for (const one of all) {
    const mailbox = sameMailbox(one.address);
    if (!first.has(mailbox)) first.set(mailbox, one);
  }
  return [...first.values()];
};

/** When the mail workflow of an alert is started again, in case an operator ended it. */
const restartAfterMs = 10 * 60_000;

/** Twice the longest start; what a worker that dies meanwhile may delay a mail by. */
const startLeaseMs = 10_000;

/** When a start that failed is retried. */
const notStartedMs = 1000;

/**
 * Starts the mail workflows of due alerts, at most `limit`, concurrently. Each alert is due again
 * in ten minutes unless all its mails are settled by then; one whose start failed is due again
 * after a second, and one whose worker died after ten. Throws the first fault.
 */
export const startAlertMails = async (
  { db, now }: Context<'now'>,
  { start, limit }: { readonly start: (eventId: number) => Promise<void>; readonly limit: number },
): Promise<{ readonly hasMore: boolean }> => {
  const taken = await takeDue(db, 'alert_mails', { now, limit, leaseMs: startLeaseMs });
  const keys = taken.rows.map(({ key }) => key);
  const results = await Promise.allSettled(keys.map((key) => start(Number(key))));
  const withStatus = (status: 'fulfilled' | 'rejected') =>
    keys.filter((_, index) => results[index]?.status === status);
  const after = (ms: number) => new Date(now.getTime() + ms);
  await postponeDue(db, taken, withStatus('rejected'), after(notStartedMs));
  await postponeDue(db, taken, withStatus('fulfilled'), after(restartAfterMs));
  const fault = results.find((result) => result.status === 'rejected');
  if (fault !== undefined) throw fault.reason;
  return { hasMore: keys.length === limit };
};

/**
 * How many alerts still have unsent mails, and the age of the oldest in milliseconds since it was
 * raised.
 */
export const unsentMailAge = async ({
  db,
  now,
}: Context<'now'>): Promise<{ readonly waiting: number; readonly oldestMs: number }> => {
  const { waiting, since } = await findUnsentAlerts(db);
  const oldestMs = since === null ? 0 : Math.max(0, now.getTime() - since.getTime());
  return { waiting, oldestMs };
};

interface PlannedMails {
  /** How many mails the alert has; they are numbered from 1. */
  readonly mails: number;
  /** True when mails were due but there is no recipient. Only the call that finds this says so. */
  readonly hasNoRecipient: boolean;
}

/**
 * Plans an alert's mails for its rule's current recipients, also when the rule has been deleted.
 * Planned mails stay; of two concurrent calls the second finds what the first stored. Without a
 * recipient the alert is no longer due, and its notifications count as not sent.
 */
export const planMails = async (
  context: Context<'vault' | 'settings' | 'now', Pool>,
  eventId: number,
): Promise<PlannedMails> =>
  inTransaction(context.db, async (db) => {
    const { now } = context;
    const event = await lockAlertEvent(db, eventId);
    // A deleted alert is no longer due.
    if (event === undefined) await endAlertNotification(db, eventId, context.now);
    const planned = await countAlertMails(db, eventId);
    if (planned > 0 || event?.has_unsent_mails !== true)
      return { mails: planned, hasNoRecipient: false };
    const rule = await findRuleEverLive(db, event.rule_id);
    const recipients = rule === undefined ? [] : recipientsOf(context, event, rule);
    const mails = recipients.map(({ role, address }, index) => {
      const number = index + 1;
      return { role, number, address: context.vault.seal(address, mailContextOf(eventId, number)) };
    });
    if (mails.length === 0) await endAlertNotification(db, eventId, now);
    else await insertAlertMails(db, eventId, mails, now);
    return { mails: mails.length, hasNoRecipient: mails.length === 0 };
  });

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
