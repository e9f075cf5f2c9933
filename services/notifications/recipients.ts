import type { Settings } from '../../contracts/settings.js';
import type { MailRole, TellableRow } from '../../db/alert-mails.js';
import type { AlertRuleRow } from '../../db/alert-rules.js';
import { openEmails } from '../alerts/seal-emails.js';
import type { Vault } from '../ports.js';
import { sameMailbox, storeContacts } from './store-contacts.js';

/** Somebody who is told of an alert, and as what. */
export interface Recipient {
  readonly role: MailRole;
  readonly address: string;
}

/**
 * Whom a rule tells of an alert, each mailbox once: the corporate contact, the contacts of the
 * alert's store, the rule's own addresses. Throws when the key of these has been retired.
 */
export const recipientsOf = (
  deps: { readonly vault: Vault; readonly settings: Pick<Settings, 'contacts' | 'stores'> },
  event: Pick<TellableRow, 'store'>,
  rule: AlertRuleRow,
): Recipient[] => {
  const { contacts } = deps.settings;
  const corporate = rule.notify_corporate ? [contacts.corporateEmail] : [];
  const stores = rule.notify_store ? storeContacts(deps.settings, event.store) : [];
  const emails = rule.notify_emails ? openEmails(deps.vault, rule) : [];
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
