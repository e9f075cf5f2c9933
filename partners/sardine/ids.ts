import { createHash } from 'node:crypto';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { filled } from '../texts.js';

/** Sardine's limit for session keys and customer ids. */
const idMaxLength = 100;

/** The ids of session and customer, which both calls send. */
export interface SardineIds {
  readonly sessionKey: string;
  readonly customerId: string;
}

/** The namespace of our session keys: a random UUID. */
const sessionNamespace = Buffer.from('7c0b6f0e5d6f4e0fa3b2d1c94f7a8e21', 'hex');

/** A UUID of version 5 (RFC 9562 5.5): one name always gives the same id. */
const uuidOf = (name: string): string => {
  const hash = createHash('sha1').update(sessionNamespace).update(name).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

const customerIdOf = (
  { customer, card }: SanitisedTransaction,
  guestIdOf: (email: string) => string,
): string => {
  const accountId = filled(customer.accountId, idMaxLength);
  if (customer.customerType !== 'guest' && accountId !== undefined) return accountId;
  const email = filled(customer.emailAddress);
  // Without an e-mail address, the card separates guests: otherwise all would be one customer.
  const guest = email === undefined ? card.sardineCardId : guestIdOf(email.toLowerCase());
  return `guest:${guest}`.slice(0, idMaxLength);
};

/**
 * The ids of one transaction at Sardine. A guest has no account, so `guestIdOf`, a keyed one-way
 * function of the e-mail address, gives the customer id. The InAuth device session is the session
 * key if present.
 */
export const sardineIdsOf = (
  transaction: SanitisedTransaction,
  transactionId: string,
  guestIdOf: (email: string) => string,
): SardineIds => ({
  sessionKey: transaction.additionalData?.inAuthId ?? uuidOf(transactionId),
  customerId: customerIdOf(transaction, guestIdOf),
});
