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

/** A card network by the number's range; `unknown` for private-label cards. */
export type CardBrand = (typeof cardBrands)[number];

/** Everything that the service keeps of a card. The full number is not stored anywhere. */
export interface Card {
  readonly bin6: string;
  readonly last4: string;
  /** Length of the card number in digits. */
  readonly length: number;
  readonly luhnValid: boolean;
  readonly brand: CardBrand;
  /** Keyed token of the card number under every live key: key id to token. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The key id of the token that new rows store. */
  readonly tokenKeyId: string;
  /**
   * Sardine's `card.id` and `card.hash`, under the partners' own key. Ids for later partners derive
   * from it, so that already stored orders have them too.
   */
  readonly sardineCardId: string;
  /** Yleo's wallet GUID, under the partners' own key. */
  readonly walletId: string;
}

/**
 * A transaction after sanitising: no CVV, `creditCard.cardNumber` masked to first six and last
 * four, card numbers in free text masked.
 */
export type SanitisedTransaction = Transaction & { readonly card: Card };
