import type { Settings } from '../../contracts/settings.js';
import { type AvsMatch, canonicalAvs } from '../../domain/avs.js';
import type { CardBrand, SanitisedTransaction } from '../../domain/transaction.js';

const avsWords: Readonly<Record<AvsMatch, string>> = {
  match: 'match',
  no_match: 'nomatch',
  unverified: 'not_verified',
  unsupported: 'not_verified',
  error: 'error',
  none: 'nodata',
};

/** Orbital's CVV replies; an absent or unlisted reply is `not_verified`. */
const cvvWords: ReadonlyMap<string, string> = new Map([
  ['M', 'match'],
  ['N', 'nomatch'],
  ['U', 'not_supported'],
  ['I', 'error'],
  ['Y', 'error'],
]);

/** The issuer's results for billing address and CVV, in Sardine's values. */
export const validationOf = (transaction: SanitisedTransaction, settings: Settings) => {
  const avs = canonicalAvs(settings.avs.dialect, transaction.creditCard.avsResponse);
  const cvv = transaction.additionalData?.cvvResponse?.trim().toUpperCase() ?? '';
  return {
    avsZip: avsWords[avs.zip],
    avsStreet: avsWords[avs.street],
    cvv: cvvWords.get(cvv) ?? 'not_verified',
  };
};

type SardineNetwork = 'visa' | 'mastercard' | 'american_express' | 'other';

/** Network names of order systems, letters only. */
const cardTypes: ReadonlyMap<string, SardineNetwork> = new Map([
  ['visa', 'visa'],
  ['vi', 'visa'],
  ['mastercard', 'mastercard'],
  ['mc', 'mastercard'],
  ['americanexpress', 'american_express'],
  ['amex', 'american_express'],
  ['ax', 'american_express'],
]);

const networkOfBrand = (brand: CardBrand): SardineNetwork => {
  switch (brand) {
    case 'visa':
    case 'mastercard':
    case 'american_express':
      return brand;
    case 'discover':
    case 'diners':
    case 'jcb':
    case 'unionpay':
    case 'unknown':
      return 'other';
    default:
      return brand satisfies never;
  }
};

/** The card network in Sardine's values: by the order's card type, else by the card's range. */
export const networkOf = ({ creditCard, card }: SanitisedTransaction): SardineNetwork =>
  cardTypes.get(creditCard.cardType.toLowerCase().replaceAll(/[^a-z]/g, '')) ??
  networkOfBrand(card.brand);
