import type { Settings } from '../../contracts/settings.js';
import { countryOf, regionOf } from '../../domain/country.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { filled, lookUp } from '../texts.js';

const terminals = {
  web: { type: 'electronic_commerce', operator: 'customer_operated', onPremise: false },
  store: { type: 'pos_terminal', operator: 'card_acceptor_operated', onPremise: true },
  other: { type: 'unspecified', operator: 'unspecified' },
} as const;

/**
 * The card acceptor in Sardine's issuing API: the chain, the terminal and the store's address,
 * never the shopper's. At least the chain's home country is known.
 */
export const acceptorOf = (transaction: SanitisedTransaction, settings: Settings) => {
  const { banner, creditCard, storeNumber } = transaction;
  const chain = settings.banners[banner];
  const channel = lookUp(settings.sardine.sourceMap, transaction.source) ?? 'other';
  const store = settings.stores.find(
    (candidate) => candidate.number === storeNumber && candidate.banner === banner,
  );
  const country = store?.country ?? chain.homeCountries[0] ?? '';
  const terminalId = filled(creditCard.registerNumber) ?? String(storeNumber);
  return {
    merchant: {
      id: creditCard.merchantId === undefined ? chain.merchantId : String(creditCard.merchantId),
      mcc: chain.merchantCategoryCode,
      name: chain.name,
    },
    terminal: { ...terminals[channel], ...(channel === 'web' ? {} : { id: terminalId }) },
    address: {
      street1: filled(store?.street, 100),
      city: filled(store?.city, 100),
      regionCode: filled(store?.region, 50) ?? regionOf(country, ''),
      postalCode: filled(store?.postalCode, 20),
      countryCode: countryOf(country) ?? country,
    },
    entryInfo:
      channel === 'store' ? { card: 'card_present', cardHolder: 'customer_present' } : undefined,
  };
};
