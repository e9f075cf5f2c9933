import { amountDifference, sumAmounts } from '../money.js';
import type { SanitisedTransaction } from '../transaction.js';
import { amountOf, code, defineFacts, flag, formed, number } from './fact-group.js';

/** The order's channel as a short code; `other` for any text that is no code. */
export const sourceOf = (transaction: Pick<SanitisedTransaction, 'source'>): string => {
  const source = transaction.source.trim().toLowerCase();
  return /^[a-z][a-z_-]{0,23}$/.test(source) ? source : 'other';
};

/** The contract has no tax, so the difference is an explanation and no rule uses it alone. */
const sumDifferenceOf = ({ orderTotal, shippingCost, items, promos = [] }: SanitisedTransaction) =>
  amountDifference(
    orderTotal,
    sumAmounts([
      ...items.map((item) => item.extendedPrice),
      shippingCost,
      ...promos.map((promo) => -promo.promotionAmount),
    ]),
  );

const hourMs = 3_600_000;
const hourOf = (epochMs: number): number => Math.floor(epochMs / hourMs) % 24;

export const transactionFacts = defineFacts(
  {
    banner: code('The store chain.', ['lat', 's5a', 'o5a', 'bay']),
    source: formed(
      'Sales channel in lower case, such as web, store or phone; other if it is no short code.',
      'lowerCode',
    ),
    orderTotal: amountOf('Total of the order, in its currency.'),
    shippingCost: amountOf('Shipping cost, in the currency of the order.'),
    currency: formed('ISO 4217 code of the order.', 'currency'),
    homeCurrency: formed("ISO 4217 code of the banner's own currency.", 'currency'),
    sumDifference: amountOf('Difference between the total and goods + shipping - promotions.'),
    sumMismatch: flag('That difference is more than 0.01. The order data does not list tax.'),
    receivedHourUtc: number('Hour of receipt in UTC, 0 to 23; the local time is unknown.', {
      min: 0,
      max: 23,
      whole: true,
    }),
  },
  ({ transaction, settings, receivedAtMs }) => {
    const sumDifference = sumDifferenceOf(transaction);
    return {
      banner: transaction.banner,
      source: sourceOf(transaction),
      orderTotal: transaction.orderTotal,
      shippingCost: transaction.shippingCost,
      currency: transaction.currencyCode,
      homeCurrency: settings.banners[transaction.banner].currency,
      sumDifference,
      sumMismatch: sumDifference > 0.01,
      receivedHourUtc: hourOf(receivedAtMs),
    };
  },
);
