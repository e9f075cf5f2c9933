import { createHash } from 'node:crypto';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { filled } from '../texts.js';

/** Sardine's limit for session keys and customer ids. */
const idMaxLength = 100;

/** Who asks Sardine about what: the same in both of its calls. */
export interface SardineIds {
  readonly sessionKey: string;
  readonly customerId: string;
}

/** The name space of our session keys, a random UUID of its own. */
const sessionNamespace = Buffer.from('7c0b6f0e5d6f4e0fa3b2d1c94f7a8e21', 'hex');

/** A UUID of version 5 (RFC 9562 5.5): the same name gives the same id for ever. */
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
  // Without an e-mail all guests would be one customer; the card tells them apart.
  const guest = email === undefined ? card.sardineCardId : guestIdOf(email.toLowerCase());
  return `guest:${guest}`.slice(0, idMaxLength);
};

/**
 * The ids of one transaction at Sardine. `guestIdOf` is a keyed one-way function of an e-mail
 * address, since a guest has no account; the InAuth device session is the session key if known.
 */
export const sardineIdsOf = (
  transaction: SanitisedTransaction,
  transactionId: string,
  guestIdOf: (email: string) => string,
): SardineIds => ({
  sessionKey: transaction.additionalData?.inAuthId ?? uuidOf(transactionId),
  customerId: customerIdOf(transaction, guestIdOf),
});
