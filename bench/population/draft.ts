import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Address } from '../../contracts/hbc/credit-card.js';
import type { LabelKind } from '../../contracts/v1/labels.js';
import type { PopulationCard } from './cards.js';
import type { Article } from './goods.js';

/** The fraud patterns of the population. */
export const patterns = [
  'card_testing',
  'account_takeover',
  'reshipper',
  'friendly_fraud',
  'promo_abuse',
  'bin_burst',
] as const;
export type Pattern = (typeof patterns)[number];

export interface DraftLine {
  readonly article: Article;
  readonly quantity: number;
  readonly shipTo: Address;
}

export interface DraftCustomer {
  readonly customerType: 'guest' | 'registered' | 'employee';
  readonly accountId: string;
  readonly accountSinceMs: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly emailAddress: string;
}

/** A label that arrives after the order, and when. */
export interface LateLabel {
  readonly kind: LabelKind;
  readonly atMs: number;
}

/** An order from a story; `writeOrder` converts it to the contract's form. */
export interface Draft {
  readonly atMs: number;
  readonly truth: 'honest' | Pattern;
  /** The kind of customer or fraud pattern, to report who is flagged. */
  readonly story: string;
  readonly orderId: string;
  readonly groupId: string;
  readonly banner: Banner;
  readonly source: 'web' | 'store' | 'phone';
  readonly storeNumber: number;
  readonly salesRep?: string;
  readonly registerNumber?: string;
  readonly customer: DraftCustomer;
  readonly card: PopulationCard;
  readonly nameOnCard: string;
  readonly billing: Address;
  /** Orbital's code. */
  readonly avs: string;
  readonly responseCode: number;
  /** Only some banners send the issuer's reply on the CVV. */
  readonly cvv?: string;
  readonly lines: readonly DraftLine[];
  readonly shippingMethod: string;
  readonly shippingMinor: number;
  readonly promotion?: { readonly code: string; readonly share: number };
  /** Authorised share of the total: 1, except for prepaid cards that run out. */
  readonly authorised: number;
  readonly ip?: string;
  readonly device?: string;
  readonly label?: LateLabel;
}
