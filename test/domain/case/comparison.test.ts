import { describe, expect, it } from 'vitest';
import {
  compareParts,
  type ComparisonContext,
  namesDiffer,
} from '../../../domain/case/comparison.js';
import {
  exampleItems,
  exampleReceivedAtMs,
  exampleTransaction,
} from '../../support/transactions.js';

const nobody: ComparisonContext = {
  receivedAtMs: exampleReceivedAtMs,
  ipCountry: '',
  known: {
    card: undefined,
    address: undefined,
    account: undefined,
    email: undefined,
    device: undefined,
  },
};

const shippedTo = (address: Record<string, string>) =>
  exampleTransaction({ items: exampleItems({ shippingAddress: address }) });

const differing = (order: Parameters<typeof compareParts>[0], context = nobody): string[] =>
  compareParts(order, context).rows.flatMap(({ field, cells }) =>
    Object.entries(cells).flatMap(([column, { differs }]) =>
      differs ? [`${field} ${column}`] : [],
    ),
  );

describe('the comparison of billing, shipping, account and device', () => {
  it('marks nothing when spellings differ and the place and the person do not', () => {
    const order = shippedTo({
      name: 'Whitfield, D.',
      streetLineOne: 'Apt. 3B, 410 MAPLE AVENUE',
      streetLineTwo: '',
      zip: '60202-1234',
      country: 'United States',
    });
    expect(differing(order)).toEqual([]);
  });

  it('marks the other person and the other place', () => {
    const order = shippedTo({
      name: 'R. Castellane',
      streetLineOne: '88 Prospect Street',
      city: 'Brooklyn',
      state: 'NY',
      zip: '11215',
    });
    expect(differing(order)).toEqual(['Name shipping', 'Street shipping', 'Place shipping']);
  });

  it('marks names in scripts that cannot be compared, and never a blank one', () => {
    expect(namesDiffer('Maximiliane', 'ليلى حدّاد')).toBe(true);
    expect(namesDiffer('Maximiliane', '')).toBe(false);
  });

  it('shows the place that differs when an order ships to several', () => {
    const order = exampleTransaction({
      items: exampleItems({}, { shippingAddress: { streetLineOne: '9 Pine Rd', zip: '10001' } }),
    });
    const compared = compareParts(order, nobody);
    expect(compared.otherPlaces).toBe(1);
    expect(compared.rows[1]?.cells.shipping.text).toBe('9 Pine Rd, Apt 3B');
  });

  it('has words for everything that nobody said, and no empty cell', () => {
    const blank = {
      name: '',
      streetLineOne: '',
      streetLineTwo: '',
      city: '',
      state: '',
      zip: '',
      country: '',
    };
    const order = exampleTransaction({
      creditCard: { nameOnCard: '', billingAddress: blank },
      items: exampleItems({ shippingAddress: blank }),
      ipAddress: undefined,
      additionalData: undefined,
      customer: { customerType: 'guest', firstName: '', lastName: '', emailAddress: '' },
    });
    const cells = compareParts(order, nobody).rows.flatMap((row) => Object.values(row.cells));
    expect(cells.filter(({ text }) => text === '')).toEqual([]);
    expect(cells.filter(({ differs }) => differs)).toEqual([]);
  });

  it('marks a place and a device that are new to a card which is not', () => {
    const day = 86_400_000;
    const now = { orders: 1, isMore: false, firstAtMs: exampleReceivedAtMs };
    const long = { orders: 8, isMore: false, firstAtMs: exampleReceivedAtMs - 430 * day };
    const known = { ...nobody.known, card: long, address: now, device: now };
    const order = exampleTransaction();
    expect(differing(order, { ...nobody, known })).toEqual(['Known shipping', 'Known device']);
    const cells = compareParts(order, { ...nobody, known }).rows.at(-1)?.cells;
    expect(cells?.billing.text).toBe('14 months, 8 orders');
  });

  it('shows no more of the card than its first six and last four digits', () => {
    const shown = JSON.stringify(compareParts(exampleTransaction(), nobody));
    expect(shown).toContain('card 411111 ···· 1111, 08-29');
    expect(shown).not.toMatch(/\d{12}/);
  });
});
