import { shareOf, sumAmounts } from '../money.js';
import { amountOf, countOf, defineFacts, number } from './fact-group.js';

export const promotionFacts = defineFacts(
  {
    count: countOf('Promotions in the order.'),
    total: amountOf('Sum of the promotion amounts.'),
    shareOfGoods: number('That sum as a share of the goods total; 1 is all of it.'),
  },
  ({ transaction: { items, promos = [] } }) => {
    const total = sumAmounts(promos.map((promo) => promo.promotionAmount));
    const goods = sumAmounts(items.map((item) => item.extendedPrice));
    return { count: promos.length, total, shareOfGoods: shareOf(total, goods) };
  },
);
