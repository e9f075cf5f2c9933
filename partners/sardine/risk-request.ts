import type { Settings } from '../../contracts/settings.js';
import { addressKeyOf } from '../../domain/address/place-key.js';
import { countryOf } from '../../domain/country.js';
import { sumAmounts } from '../../domain/money.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { utcDayOf, utcDayOfDate } from '../../domain/utc-day.js';
import { mainLineOf } from '../shipment.js';
import { filled, isListed } from '../texts.js';
import { acceptorOf } from './acceptor.js';
import type { SardineIds } from './ids.js';
import { networkOf, validationOf } from './validation.js';

/** Whole UTC days since the account was opened; a future date counts as today. */
const accountAgeInDays = (creationDate: string, receivedAtMs: number): number =>
  Math.max(0, utcDayOf(receivedAtMs) - utcDayOfDate(creationDate));

/** Numbers and flags for Sardine's rule editor; no names and no e-mail. */
const customFieldsOf = (transaction: SanitisedTransaction, totalScore: number) => {
  const { items, promos = [] } = transaction;
  const { shippingAddress, shippingMethod } = mainLineOf(items);
  const billingKey = addressKeyOf(transaction.creditCard.billingAddress);
  return {
    customString: {
      banner: transaction.banner,
      source: filled(transaction.source),
      shippingMethod: filled(shippingMethod),
    },
    customBool: {
      billingEqualsShipping: billingKey === addressKeyOf(shippingAddress),
      giftWrapped: items.some((item) => item.giftWrapped === true),
    },
    customNumber: {
      itemCount: items.reduce((count, item) => count + item.quantity, 0),
      orderTotal: transaction.orderTotal,
      shippingCost: transaction.shippingCost,
      promoTotal: sumAmounts(promos.map((promo) => promo.promotionAmount)),
      localScore: totalScore,
    },
  };
};

/**
 * The body of `POST /v1/issuing/risks`. Fields that a merchant cannot know (balances, PIN data,
 * network score) are left out; `foreignTransaction` compares billing with acceptor country instead.
 */
export const toRiskRequest = (
  transaction: SanitisedTransaction,
  context: {
    transactionId: string;
    receivedAtMs: number;
    totalScore: number;
    settings: Settings;
    ids: SardineIds;
  },
) => {
  const { creditCard, card, banner } = transaction;
  const { settings, ids } = context;
  const acceptor = acceptorOf(transaction, settings);
  const billingCountry = countryOf(creditCard.billingAddress.country);
  return {
    ...ids,
    partnerId: banner,
    partnerName: settings.banners[banner].name,
    customer: {
      accountAgeInDays: accountAgeInDays(transaction.customer.creationDate, context.receivedAtMs),
    },
    transaction: {
      id: context.transactionId,
      createdAtMillis: context.receivedAtMs,
      amount: creditCard.authorizedAmount,
      currencyCode: transaction.currencyCode,
      type: 'purchase',
      status: settings.sardine.transactionStatus,
      ...acceptor,
      validation: validationOf(transaction, settings),
      foreignTransaction:
        billingCountry === undefined ? undefined : billingCountry !== acceptor.address.countryCode,
      recurring: isListed(settings.sardine.recurringSources, transaction.source),
    },
    card: { id: card.sardineCardId, network: networkOf(transaction) },
    checkpoints: ['issuingrisk'],
    ...customFieldsOf(transaction, context.totalScore),
  };
};
