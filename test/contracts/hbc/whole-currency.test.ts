import { describe, expect, it } from 'vitest';
import { parseTransaction } from '../../../contracts/hbc/transaction.js';
import { exampleBody, type Json, withOverrides } from '../../support/transactions.js';
import { codesOf } from './fields.js';

/** The example with every amount given, all of them whole. */
const whole = (currencyCode: string): Json => {
  const body = exampleBody({
    currencyCode,
    orderTotal: 18745,
    shippingCost: '500.00',
    creditCard: { authorizedAmount: 18745, fullAmount: 18745 },
    promos: [{ promotionCode: 'A', promotionAmount: 5 }],
  });
  const [item] = body['items'] as Json[];
  const amounts = { price: 10, extendedPrice: 10, costAmount: 5, marginAmount: -5 };
  return { ...body, items: [{ ...item, ...amounts }] };
};

const item = (body: Json): Json => (body['items'] as Json[])[0] ?? {};

const fractions: readonly [path: string, change: (body: Json) => Json][] = [
  ['$.orderTotal', () => ({ orderTotal: 18745.5 })],
  ['$.shippingCost', () => ({ shippingCost: '500.01' })],
  ['$.creditCard.authorizedAmount', () => ({ creditCard: { authorizedAmount: 0.5 } })],
  ['$.creditCard.fullAmount', () => ({ creditCard: { fullAmount: 18745.0001 } })],
  [
    '$.promos[0].promotionAmount',
    () => ({ promos: [{ promotionCode: 'A', promotionAmount: 0.5 }] }),
  ],
  ...['price', 'extendedPrice', 'costAmount', 'marginAmount'].map(
    (field): (typeof fractions)[number] =>
      [
        `$.items[0].${field}`,
        (body: Json) => ({ items: [{ ...item(body), [field]: 10.5 }] }),
      ] as const,
  ),
];

const faultsOf = (body: Json) => {
  const parsed = parseTransaction(body);
  return parsed.ok ? [] : codesOf(parsed.faults);
};

describe('amounts in a currency without a fraction', () => {
  it.each(['JPY', 'krw', 'CLP', 'XOF'])('are whole, in %s', (currency) => {
    expect(faultsOf(whole(currency))).toEqual([]);
  });

  it.each(fractions)('refuse a fraction in %s by its path', (path, change) => {
    const body = whole('JPY');
    expect(faultsOf(withOverrides(body, change(body)))).toEqual([['invalid_value', path]]);
  });

  it.each(fractions)('accept one in %s where there are cents', (_path, change) => {
    for (const currency of ['USD', 'KWD', 'HUF']) {
      const body = whole(currency);
      expect(faultsOf(withOverrides(body, change(body)))).toEqual([]);
    }
  });
});
