import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../../contracts/hbc/transaction.js';
import type { DomainPast } from '../../../domain/mail-domain.js';
import { exampleItems, type Overrides } from '../../support/transactions.js';
import { earlier, only, row } from '../history-rows.js';
import { type Known, knownLedger, scoreExample } from './rule-case.js';

const dayMs = 24 * 3_600_000;

describe('a firm that is known by its domain', () => {
  const known = { mailboxes: 3, frauds: 0, sinceDays: 60, billedDays: 60 };
  const firm = (changes: Partial<DomainPast> = {}): Known => ({
    history: only({ domain: { ...known, ...changes } }),
  });
  knownLedger('R60', [
    ['for 60 days, billed here', firm(), -25],
    ['for 59 days', firm({ billedDays: 59 }), undefined],
    ['billed elsewhere', firm({ billedDays: -1 }), undefined],
    ['with a fraud', firm({ frauds: 1 }), undefined],
    ['with as many mailboxes as a mail service', firm({ frauds: -1, billedDays: -1 }), undefined],
    ['not known', { history: only({}) }, undefined],
    [
      'with an address that does not match at the bank',
      firm(),
      undefined,
      { creditCard: { avsResponse: 'G' } },
    ],
    [
      'that sends to somebody else',
      firm(),
      undefined,
      { items: exampleItems({ shippingAddress: { streetLineOne: '9 Oak St' } }) },
    ],
    [
      'whose account is used from a new device and network',
      {
        history: only({
          domain: known,
          account: [row(), earlier(90 * dayMs, { account: 'account-own' })],
        }),
      },
      undefined,
    ],
    [
      'whose card is linked with fraud',
      {
        history: only({
          domain: known,
          card: [row(), earlier(90 * dayMs, { card: 'card-own', label: 'chargeback' })],
        }),
      },
      undefined,
    ],
  ]);
});

describe('gift cards for a high first sum', () => {
  const high = { history: only({ bannerP99: 999 }) };
  const cards = (price: number, changes: Overrides<Transaction> = {}): Overrides<Transaction> => ({
    ...{ orderTotal: price * 10, ...changes },
    creditCard: { authorizedAmount: price * 10, fullAmount: price * 10, ...changes.creditCard },
    items: exampleItems({
      ...{ description: 'E-gift card', price, quantity: 10, extendedPrice: price * 10 },
      shippingMethod: 'electronic',
    }),
  });
  const ofAge = (creationDate: string) => cards(100, { customer: { creationDate } });
  knownLedger('R61', [
    ['of 1000', high, -20, cards(100)],
    ['of 990', { history: only({ bannerP99: 900 }) }, undefined, cards(99)],
    ['that is usual', { history: only({ bannerP99: 1000 }) }, undefined, cards(100)],
    ['that is unknown', { history: only({}) }, undefined, cards(100)],
    ['for an account of 30 days', high, -20, ofAge('2026-10-22')],
    ['for an account of 29 days', high, undefined, ofAge('2026-10-23')],
    ['for a guest', high, undefined, cards(100, { customer: { customerType: 'guest' } })],
    ['where nothing matches', high, undefined, cards(100, { creditCard: { avsResponse: 'G' } })],
    [
      'from a new device',
      {
        history: only({
          bannerP99: 999,
          account: [row(), earlier(90 * dayMs, { account: 'account-own' })],
        }),
      },
      undefined,
      cards(100),
    ],
  ]);

  it('stay in review, and are not rejected for one fact alone', () => {
    const { outcome, hits } = scoreExample(cards(400), {}, high);
    expect(hits.map(({ id }) => id)).toEqual(['R21', 'R25', 'R26', 'R27', 'R61']);
    expect(outcome).toBe('review');
  });
});
