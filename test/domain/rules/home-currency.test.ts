import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../../contracts/hbc/transaction.js';
import { exampleItems, type Overrides } from '../../support/transactions.js';
import { earlier, only, row } from '../history-rows.js';
import { scoreExample } from './rule-case.js';

const minuteMs = 60_000;

type Order = Overrides<Transaction>;
const total = (orderTotal: number, currencyCode = 'USD'): Order => ({
  orderTotal,
  currencyCode,
  creditCard: { authorizedAmount: orderTotal, fullAmount: orderTotal },
});

const giftCard = (price: number): Order['items'] =>
  exampleItems({ description: 'E-gift card', price, extendedPrice: price, quantity: 1 });

const settings = { highRisk: { departments: [], classes: [], skus: [77], upcs: [] } };

/** Orders that trip a limit in money when they are in the banner's own currency. */
const limits: readonly [id: string, overrides: Order][] = [
  ['R11', { ...total(100), creditCard: { authorizedAmount: 60, fullAmount: 110 } }],
  ['R21', { ...total(200), items: giftCard(200) }],
  ['R23', { ...total(300), items: exampleItems({ skuNumber: 77, extendedPrice: 300 }) }],
  ['R25', total(9000)],
  ['R26', total(9000)],
  ['R27', total(9000)],
  ['R38', total(5)],
  ['R45', total(400)],
];

const historyIn = (currency: string, amount: number) => {
  const own = row({ currency, amount, authorizedAmount: amount });
  const others = [1, 2, 3].map((age) =>
    earlier(age * minuteMs, { currency, amount, authorizedAmount: amount, card: 'card-own' }),
  );
  return only({ card: [own, ...others], ip: [own, ...others], bannerP99: 500 });
};

const hitsOf = (overrides: Order, currency: string): string[] => {
  const history = historyIn(currency, overrides.orderTotal ?? 0);
  const { hits, erroredRules } = scoreExample({ ...overrides, currencyCode: currency }, settings, {
    history,
  });
  expect(erroredRules).toEqual([]);
  return hits.map(({ id }) => id);
};

describe("limits in money, in the banner's own currency", () => {
  it.each(limits)('%s trips in it and does not trip in another one', (id, overrides) => {
    expect(hitsOf(overrides, 'USD')).toContain(id);
    expect(hitsOf(overrides, 'HUF')).not.toContain(id);
    expect(hitsOf(overrides, 'HUF')).toContain('R17');
  });

  it('are those of the banner: Canadian dollars at a banner that sells in them', () => {
    const inCanada = { ...total(9000, 'CAD'), banner: 'bay' } as const;
    const ids = scoreExample(inCanada, {}, {}).hits.map(({ id }) => id);
    expect(ids).toContain('R25');
    expect(ids).not.toContain('R17');
  });
});

describe('sums over several orders', () => {
  const mixed = (amount: number) => {
    const own = row({ amount: 400 });
    const others = [1, 2].map((age) =>
      earlier(age * minuteMs, { currency: 'HUF', amount, card: 'card-own' }),
    );
    return only({ card: [own, ...others] });
  };

  it('take no other currency for split orders or repeats', () => {
    const { hits } = scoreExample(total(400), {}, { history: mixed(9000) });
    expect(hits.map(({ id }) => id)).not.toContain('R45');
    const repeat = earlier(1, { currency: 'HUF', amount: 187.45, goods: 'goods-own' });
    const history = only({ card: [row(), repeat] });
    expect(scoreExample({}, {}, { history }).hits.map(({ id }) => id)).not.toContain('R45');
  });

  it('three of 60 dollars and then 9,000 forints are not rejected', () => {
    const own = row({ currency: 'HUF', amount: 9000, authorizedAmount: 9000 });
    const earlierOrders = [1, 2, 3].map((age) =>
      earlier(age * 1440 * minuteMs, { account: 'account-own', card: 'card-own', amount: 60 }),
    );
    const history = only({ card: [own], account: [own, ...earlierOrders], bannerP99: 500 });
    const score = scoreExample(total(9000, 'HUF'), {}, { history });
    expect([score.outcome, score.hits.map(({ id }) => id)]).toEqual(['accept', ['R17']]);
  });
});
