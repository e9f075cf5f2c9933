import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { printRulesTripped } from '../../domain/rules-tripped.js';
import { exampleItems, type Overrides } from '../support/transactions.js';
import { scoreExample } from './rules/rule-case.js';

interface Golden {
  readonly name: string;
  readonly order: Overrides<Transaction>;
  readonly outcome: 'accept' | 'review' | 'reject';
  readonly totalScore: number;
  readonly rulesTripped: readonly string[];
}

const paid = (orderTotal: number) => ({ authorizedAmount: orderTotal, fullAmount: orderTotal });

const guest = {
  customerType: 'guest',
  accountId: '',
  creationDate: '2026-11-21',
} as const;

/** Believable orders with the exact answer; a change here is a change of policy. */
const orders: readonly Golden[] = [
  {
    name: 'a regular customer buys a sweater',
    order: {},
    outcome: 'accept',
    totalScore: 0,
    rulesTripped: [],
  },
  {
    name: 'a guest buys the same',
    order: { customer: guest },
    outcome: 'accept',
    totalScore: 15,
    rulesTripped: ['R28:New account:15;'],
  },
  {
    name: 'a gift to a friend, ordered in a hurry',
    order: {
      items: exampleItems({
        shippingMethod: 'Next Day',
        shippingAddress: { name: 'Kim Lee', streetLineOne: '9 Oak St', zip: '10001' },
      }),
    },
    outcome: 'accept',
    totalScore: 0,
    rulesTripped: [],
  },
  {
    name: 'a costly coat for a regular customer',
    order: { orderTotal: 2600, creditCard: paid(2600) },
    outcome: 'accept',
    totalScore: 20,
    rulesTripped: ['R25:High order total:20;'],
  },
  {
    name: 'a declined authorisation on a clean order',
    order: { creditCard: { responseCode: 530 } },
    outcome: 'review',
    totalScore: 0,
    rulesTripped: ['R09:Not approved by processor:0;'],
  },
  {
    name: 'a tourist with an unverifiable foreign card, shipped home',
    order: {
      creditCard: { avsResponse: 'R', billingAddress: { country: 'DE', zip: '10115' } },
      items: exampleItems({ shippingCountry: 'DE', shippingAddress: { country: 'Germany' } }),
    },
    outcome: 'accept',
    totalScore: 25,
    rulesTripped: ['R04:AVS not verified:5;', 'R16:Ships outside home countries:20;'],
  },
  {
    name: 'a wrong postal code and a new account',
    order: { creditCard: { avsResponse: 'D' }, customer: { creationDate: '2026-11-19' } },
    outcome: 'accept',
    totalScore: 28,
    rulesTripped: ['R02:AVS zip mismatch:20;', 'R28:New account:8;'],
  },
  {
    name: 'e-gift cards for a guest',
    order: {
      orderTotal: 500,
      shippingCost: 0,
      promos: [],
      creditCard: paid(500),
      customer: guest,
      items: exampleItems({
        description: 'eGift card',
        price: 250,
        quantity: 2,
        extendedPrice: 500,
        shippingMethod: 'electronic',
      }),
    },
    outcome: 'review',
    totalScore: 75,
    rulesTripped: [
      'R21:Gift cards:35;',
      'R22:Fast gift cards for a guest:20;',
      'R25:High order total:5;',
      'R28:New account:15;',
    ],
  },
  {
    name: 'a stolen card sent to a forwarder',
    order: {
      orderTotal: 1200,
      creditCard: { ...paid(1200), avsResponse: 'G', nameOnCard: 'Robert Miles' },
      customer: { ...guest, emailAddress: 'xkq77123@mailinator.com' },
      items: exampleItems({
        price: 400,
        quantity: 3,
        extendedPrice: 1200,
        shippingMethod: 'overnight',
        shippingAddress: { streetLineTwo: 'MyUS Suite 4411', streetLineOne: '4299 Express Lane' },
      }),
    },
    outcome: 'reject',
    totalScore: 155,
    rulesTripped: [
      'R01:AVS street and zip mismatch:30;',
      'R13:Name on card differs:10;',
      'R19:Freight forwarder or PO box:35;',
      'R20:Expedited for a new customer:15;',
      'R25:High order total:10;',
      'R28:New account:15;',
      'R29:Disposable e-mail domain:30;',
      'R30:Odd e-mail name:10;',
    ],
  },
  {
    name: 'a declined card that is also tampered with',
    order: {
      creditCard: { responseCode: 1, cardNumber: '4111111111111112', avsResponse: 'G' },
      additionalData: { cvvResponse: 'N' },
    },
    outcome: 'reject',
    totalScore: 110,
    rulesTripped: [
      'R01:AVS street and zip mismatch:30;',
      'R06:CVV mismatch:40;',
      'R09:Not approved by processor:0;',
      'R12:Card data tampered:40;',
    ],
  },
  {
    name: 'an employee who sells to himself in a store, for free',
    order: {
      source: 'store',
      salesRep: 'Whitfield, Dana',
      promos: [{ promotionCode: 'STAFF', promotionAmount: 187.5 }],
      customer: { customerType: 'employee' },
      creditCard: { registerNumber: undefined },
    },
    outcome: 'review',
    totalScore: 70,
    rulesTripped: [
      'R41:Promotion abuse:30;',
      'R43:Employee self-sale:25;',
      'R44:Store order inconsistent:15;',
    ],
  },
  {
    name: 'a Canadian order in US dollars',
    order: {
      banner: 'bay',
      items: exampleItems({ shippingCountry: 'CA', shippingAddress: { country: 'CA' } }),
    },
    outcome: 'accept',
    totalScore: 35,
    rulesTripped: ['R14:Ships to other country:20;', 'R17:Foreign currency:15;'],
  },
];

describe('golden decisions', () => {
  it.each(orders)('$name', ({ order, outcome, totalScore, rulesTripped }) => {
    const score = scoreExample(order);
    expect({
      outcome: score.outcome,
      totalScore: score.totalScore,
      rulesTripped: printRulesTripped(score.hits),
    }).toEqual({ outcome, totalScore, rulesTripped: rulesTripped.join('') });
    expect(score.erroredRules).toEqual([]);
  });
});
