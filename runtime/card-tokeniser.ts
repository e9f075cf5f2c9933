import { createHmac } from 'node:crypto';
import { uuidOfHash } from '../contracts/uuid.js';
import type { Keyring } from './keyring.js';

const hmacOf = (key: Buffer, purpose: string, value: string): Buffer =>
  createHmac('sha256', key).update(`${purpose}\u0000${value}`).digest();

const hmacHex = (key: Buffer, purpose: string, value: string): string =>
  hmacOf(key, purpose, value).toString('hex');

/**
 * Keyed hashes of personal values; the keys are outside the database. A card number becomes an
 * HMAC-SHA-256 of the whole number under every live key (PCI DSS 3.5.1.1). Values for partners have
 * a key of their own, so that rotating card keys does not change them.
 */
export const createTokeniser = (cardKeys: Keyring, partnerKey: Buffer) => ({
  cardTokens: (pan: string) => ({
    tokens: Object.fromEntries(
      cardKeys.all.map((key) => [key.id, hmacHex(key.bytes, 'card', pan)]),
    ),
    tokenKeyId: cardKeys.current.id,
    sardineCardId: hmacHex(partnerKey, 'sardine-card', pan),
    walletId: uuidOfHash(hmacHex(partnerKey, 'yleo-wallet', pan)),
  }),
  /** Sardine's customer id of a shopper without an account. */
  guestIdOf: (email: string): string => hmacHex(partnerKey, 'guest', email.trim().toLowerCase()),
  /** A partner's pseudonym for a value, under a purpose that no other partner has. */
  pseudonymOf: (purpose: string, value: string): string => hmacHex(partnerKey, purpose, value),
  /**
   * Tokens of a subject's normalised value under every live key, so that a rotation loses no
   * history.
   */
  subjectTokens: (kind: string, value: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      cardKeys.all.map((key) => [key.id, hmacHex(key.bytes, `subject:${kind}`, value)]),
    ),
  /** Keyed hash of a transaction's content; undefined when the key has been retired. */
  contentHash: (keyId: string, canonical: string): Buffer | undefined => {
    const key = cardKeys.find(keyId);
    return key && hmacOf(key.bytes, 'content', canonical);
  },
  currentKeyId: cardKeys.current.id,
});
