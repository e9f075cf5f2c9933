import type { Transaction } from '../contracts/hbc/transaction.js';

export const cardBrands = [
  'visa',
  'mastercard',
  'american_express',
  'discover',
  'diners',
  'jcb',
  'unionpay',
  'unknown',
] as const;

/** A network's brand by the card number's range; `unknown` for private-label cards. */
export type CardBrand = (typeof cardBrands)[number];

/** All that is known of a card behind the edge. The number itself exists nowhere. */
export interface Card {
  readonly bin6: string;
  readonly last4: string;
  /** Number of digits of the card number. */
  readonly length: number;
  readonly luhnValid: boolean;
  readonly brand: CardBrand;
  /** Keyed token of the whole number under every live key: key id to token. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The key id of the token that is written to new rows. */
  readonly tokenKeyId: string;
  /**
   * Sardine's `card.id` and `card.hash`, under the partners' own key. What later partners get is
   * made from it in turn, so that orders which are stored already have it too.
   */
  readonly sardineCardId: string;
  /** Yleo's wallet GUID, under the partners' own key. */
  readonly walletId: string;
}

/**
 * A transaction as everything behind the edge sees it: no CVV, `creditCard.cardNumber` masked to
 * first six and last four, card numbers in free text masked.
 */
export type SanitisedTransaction = Transaction & { readonly card: Card };
