import type { Settings } from '../../contracts/settings.js';
import {
  countAlertMails,
  endAlertTelling,
  findUntoldAlerts,
  insertAlertMails,
  listDueAlertEvents,
  lockAlertEvent,
  type MailRole,
  postponeAlertEvents,
  type TellableRow,
} from '../../db/alert-mails.js';
import { type AlertRuleRow, findRuleEverLive } from '../../db/alert-rules.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { openEmails } from '../alerts/members.js';
import type { Context } from '../context.js';

/** What ties a sealed address to its mail. */
export const mailContextOf = (eventId: number, number: number): string =>
  `alert-mail:${eventId}:${number}`;

/** Somebody who is told of an alert, and as what. */
interface Recipient {
  readonly role: MailRole;
  readonly address: string;
}

/** The stores of an alert that have a mailbox. */
export const storeContacts = (
  { stores }: Pick<Settings, 'stores'>,
  storeNumber: number | null,
): { readonly email: string; readonly timeZone: string | undefined }[] =>
  stores.flatMap(({ number, email, timeZone }) =>
    number === storeNumber && email !== undefined ? [{ email, timeZone }] : [],
  );

/** The same mailbox, for all that counts here: servers that tell cases apart are no more seen. */
export const sameMailbox = (address: string): string => address.toLowerCase();

/**
 * Whom a rule tells of an alert, each mailbox once: the corporate contact, the contacts of the
 * alert's store, the rule's own addresses. Throws when the key of these has been retired.
 */
const recipientsOf = (
  { vault, settings }: Context<'vault' | 'settings'>,
  event: Pick<TellableRow, 'store'>,
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

/** Alerts of which people are to be told now, by id, the longest due first. */
export const listDueAlerts = (
  { db, now }: Context<'now'>,
  { limit }: { readonly limit: number },
): Promise<number[]> => listDueAlertEvents(db, now, limit);

/** Looks at alerts again at `until`, unless all of their mails are settled by then. */
export const postponeAlerts = (
  { db }: Context,
  eventIds: readonly number[],
  until: Date,
): Promise<void> => postponeAlertEvents(db, eventIds, until);

/**
 * How many alerts wait until everybody was told, and for how long the oldest has, in milliseconds
 * since it was raised.
 */
export const untoldAge = async ({
  db,
  now,
}: Context<'now'>): Promise<{ readonly waiting: number; readonly oldestMs: number }> => {
  const { waiting, since } = await findUntoldAlerts(db);
  const oldestMs = since === null ? 0 : Math.max(0, now.getTime() - since.getTime());
  return { waiting, oldestMs };
};

interface PlannedMails {
  /** How many mails the alert has; they are numbered from 1. */
  readonly mails: number;
  /** Somebody is to be told, and there is nobody: said once, by the call that found it. */
  readonly isUnheard: boolean;
}

/**
 * Settles who is told of an alert: its rule's recipients as they are now, also when the rule has
 * been deleted since. What was planned stands; of two calls at once the second one finds what the
 * first one stored. With nobody to tell the alert is due no longer, and its notifications were not
 * sent.
 */
export const planMails = async (
  context: Context<'vault' | 'settings' | 'now', Pool>,
  eventId: number,
): Promise<PlannedMails> =>
  inTransaction(context.db, async (db) => {
    const { now } = context;
    const event = await lockAlertEvent(db, eventId);
    const planned = await countAlertMails(db, eventId);
    const isDue = event !== undefined && event.notify_due_at !== null;
    if (planned > 0 || !isDue) return { mails: planned, isUnheard: false };
    const rule = await findRuleEverLive(db, event.rule_id);
    const recipients = rule === undefined ? [] : recipientsOf(context, event, rule);
    const mails = recipients.map(({ role, address }, index) => {
      const number = index + 1;
      return { role, number, address: context.vault.seal(address, mailContextOf(eventId, number)) };
    });
    if (mails.length === 0) await endAlertTelling(db, eventId, now);
    else await insertAlertMails(db, eventId, mails, now);
    return { mails: mails.length, isUnheard: mails.length === 0 };
  });
