import { createHmac } from 'node:crypto';
import type { Keyring } from './keyring.js';

const hmacHex = (key: Buffer, purpose: string, value: string): string =>
  createHmac('sha256', key).update(`${purpose}\u0000${value}`).digest('hex');

/** Formats 16 bytes of a keyed hash as a name-based UUID (version 5 in RFC 9562's layout). */
const toUuid = (hex: string): string => {
  const digits = `${hex.slice(0, 12)}5${hex.slice(13, 16)}a${hex.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** What a card number becomes at the edge. */
export interface CardTokens {
  readonly tokens: Readonly<Record<string, string>>;
  readonly tokenKeyId: string;
  readonly sardineCardId: string;
  readonly walletId: string;
}

/** Keyed one-way functions over personal values; the keys lie outside the database. */
export interface Tokeniser {
  /** HMAC-SHA-256 of the whole card number (PCI DSS 3.5.1.1) under every live key. */
  readonly cardTokens: (pan: string) => CardTokens;
  /** Sardine's customer id of a shopper without an account. */
  readonly guestIdOf: (email: string) => string;
  /** Keyed hash of a transaction's content; undefined when the key has been retired. */
  readonly contentHash: (keyId: string, canonical: string) => Buffer | undefined;
  readonly currentKeyId: string;
}

/** Partner tokens have a key of their own, so that rotating card keys changes nothing there. */
export const createTokeniser = (cardKeys: Keyring, partnerKey: Buffer): Tokeniser => ({
  cardTokens: (pan) => ({
    tokens: Object.fromEntries(
      cardKeys.all.map((key) => [key.id, hmacHex(key.bytes, 'card', pan)]),
    ),
    tokenKeyId: cardKeys.current.id,
    sardineCardId: hmacHex(partnerKey, 'sardine-card', pan),
    walletId: toUuid(hmacHex(partnerKey, 'yleo-wallet', pan)),
  }),
  guestIdOf: (email) => hmacHex(partnerKey, 'guest', email.trim().toLowerCase()),
  contentHash: (keyId, canonical) => {
    const key = cardKeys.find(keyId);
    return key && createHmac('sha256', key.bytes).update(`content\u0000${canonical}`).digest();
  },
  currentKeyId: cardKeys.current.id,
});
