import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { printRulesTripped } from '../../domain/rules-tripped.js';
import { exampleItems, exampleReceivedAtMs, type Overrides } from '../support/transactions.js';
import { earlier, only, row } from './history-rows.js';
import { type Known, scoreExample } from './rules/rule-case.js';

interface Golden {
  readonly name: string;
  readonly order: Overrides<Transaction>;
  readonly known?: Known;
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

const dayMs = 86_400_000;

/** Five small authorisations within minutes, with a card of its own each. */
const tries = Array.from({ length: 5 }, () =>
  earlier(60_000, { authorizedAmount: 1, account: 'account-own' }),
);
const bought = [120, 90, 150].map((amount) => earlier(30 * dayMs, { amount }));
const quiet = [100, 120, 140].map((days) =>
  earlier(days * dayMs, { card: 'card-own', email: 'email-own' }),
);
const dispute = {
  evidenceId: 'e1',
  kind: 'chargeback',
  source: 'bank',
  reference: 'B-1',
  subject: 'card',
  occurredAtMs: exampleReceivedAtMs - dayMs,
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
    totalScore: 5,
    rulesTripped: ['R28:New account:5;'],
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
    totalScore: 65,
    rulesTripped: [
      'R21:Gift cards:35;',
      'R22:Fast gift cards for a guest:20;',
      'R25:High order total:5;',
      'R28:New account:5;',
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
    totalScore: 145,
    rulesTripped: [
      'R01:AVS street and zip mismatch:30;',
      'R13:Name on card differs:10;',
      'R19:Freight forwarder or PO box:35;',
      'R20:Expedited for a new customer:15;',
      'R25:High order total:10;',
      'R28:New account:5;',
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
      'R43:Staff order:25;',
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
  {
    name: 'one of many cards tried out with small amounts from one device',
    order: { orderTotal: 1, creditCard: paid(1), customer: { creationDate: '2026-11-21' } },
    known: { history: only({ ip: [row(), ...tries], device: [row(), ...tries] }) },
    outcome: 'reject',
    totalScore: 100,
    rulesTripped: [
      'R28:New account:15;',
      'R34:Busy IP address:25;',
      'R35:Shared or missing device:25;',
      'R38:Card testing:35;',
    ],
  },
  {
    name: 'an old customer sends a big present to a new place',
    order: {
      orderTotal: 900,
      creditCard: paid(900),
      items: exampleItems({
        price: 900,
        extendedPrice: 900,
        shippingAddress: { name: 'Kim Lee', streetLineOne: '9 Oak St', zip: '10001' },
      }),
    },
    known: { history: only({ account: [row(), ...bought], address: [row()] }) },
    outcome: 'review',
    totalScore: 50,
    rulesTripped: [
      'R15:Ships to a new place:10;',
      'R25:High order total:5;',
      'R26:Unusual total:20;',
      'R27:High first order:15;',
    ],
  },
  {
    name: 'a regular customer whose orders were never complained of',
    order: { orderTotal: 600, creditCard: { ...paid(600), avsResponse: 'D' } },
    known: { history: only({ card: [row(), ...quiet], address: [row(), ...quiet] }) },
    outcome: 'accept',
    totalScore: 0,
    rulesTripped: ['R02:AVS zip mismatch:20;', 'R25:High order total:5;', 'R46:Known subject:-25;'],
  },
  {
    name: 'a device that a fraudster used, on a prepaid foreign card through Tor',
    order: {},
    known: {
      history: only({ device: [row(), earlier(40 * dayMs, { label: 'chargeback' })] }),
      lookups: {
        ip: () => ({ country: 'RO', isAnonymous: true }),
        bin: () => ({ country: 'RO', isPrepaid: true }),
      },
    },
    outcome: 'reject',
    totalScore: 100,
    rulesTripped: [
      'R39:Suspicious IP address:20;',
      'R40:Foreign or prepaid card:20;',
      'R46:Known subject:60;',
    ],
  },
  {
    name: 'a blocked mailbox on a clean order',
    order: {},
    known: { listings: [{ list: 'block', kind: 'block', subject: 'email' }] },
    outcome: 'reject',
    totalScore: 0,
    rulesTripped: ['R46:Known subject:0;'],
  },
  {
    name: 'an allowed customer with a wrong postal code and a dispute elsewhere',
    order: { creditCard: { avsResponse: 'D' } },
    known: {
      listings: [{ list: 'allow', kind: 'allow', subject: 'account' }],
      evidence: [dispute],
    },
    outcome: 'accept',
    totalScore: 80,
    rulesTripped: [
      'R02:AVS zip mismatch:20;',
      'R46:Known subject:0;',
      'R49:Dispute known from elsewhere:60;',
    ],
  },
];

describe('golden decisions', () => {
  it.each(orders)('$name', ({ order, known, outcome, totalScore, rulesTripped }) => {
    const score = scoreExample(order, {}, known);
    expect({
      outcome: score.outcome,
      totalScore: score.totalScore,
      rulesTripped: printRulesTripped(score.hits),
    }).toEqual({ outcome, totalScore, rulesTripped: rulesTripped.join('') });
    expect(score.erroredRules).toEqual([]);
  });
});
