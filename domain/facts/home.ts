import { amountDifference } from '../money.js';
import { amountOf, defineFacts, type FactSource, flag, number } from './fact-group.js';
import { giftCardValueOf, highRiskLinePriceOf } from './items.js';

/** Whether the order is in the banner's own currency, which the limits of rules assume. */
export const isInHomeCurrency = ({
  transaction,
  settings,
}: Pick<FactSource, 'transaction' | 'settings'>): boolean =>
  transaction.currencyCode === settings.banners[transaction.banner].currency;

const orZero = '; 0 in another currency.';

export const homeFacts = defineFacts(
  {
    isCurrency: flag("The order is in the banner's own currency. If not, no limit applies."),
    orderTotal: amountOf(`Total of the order in the banner's own currency${orZero}`),
    authorizedAmount: amountOf(`Amount authorised in that currency${orZero}`),
    totalDifference: amountOf(`Difference between auth.fullAmount and the total${orZero}`),
    giftCardValue: number(`Sum of the extended prices of gift cards${orZero}`),
    highRiskLinePrice: amountOf(`Highest extended price of a line of high-risk goods${orZero}`),
  },
  (source) => {
    const { transaction, settings } = source;
    const { orderTotal, creditCard, items } = transaction;
    const isCurrency = isInHomeCurrency(source);
    const inHome = (amount: number): number => (isCurrency ? amount : 0);
    return {
      isCurrency,
      orderTotal: inHome(orderTotal),
      authorizedAmount: inHome(creditCard.authorizedAmount),
      totalDifference: inHome(amountDifference(creditCard.fullAmount, orderTotal)),
      giftCardValue: inHome(giftCardValueOf(items, settings.giftCards)),
      highRiskLinePrice: inHome(highRiskLinePriceOf(items, settings.highRisk)),
    };
  },
);
