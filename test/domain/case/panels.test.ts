import { describe, expect, it } from 'vitest';
import { MistakeSettings } from '../../../contracts/mistake-settings.js';
import { goodsOf } from '../../../domain/case/goods.js';
import { avsInWords, cvvInWords, issuerInWords } from '../../../domain/case/issuer.js';
import { ledgerOf } from '../../../domain/case/ledger.js';
import { limitsIn, passedLimit } from '../../../domain/case/limits.js';
import { chanceOf, mistakesOf, readChance } from '../../../domain/case/mistakes.js';
import { scoreBarOf } from '../../../domain/case/score-bar.js';
import { exampleSettings } from '../../support/rules.js';
import {
  exampleItems,
  exampleReceivedAtMs,
  exampleTransaction,
} from '../../support/transactions.js';

const settings = exampleSettings();

describe('the issuer in words', () => {
  it.each([
    ['orbital', 'H', 'street and postal code match'],
    ['orbital', 'G', 'neither street nor postal code matches'],
    ['orbital', 'A', 'street does not match, postal code matches'],
    ['orbital', 'M8', 'neither street nor postal code matches; the name is wrong'],
    ['orbital', 'UK', 'street and postal code could not be verified'],
    ['orbital', '4', 'street and postal code cannot be checked by this issuer'],
    ['orbital', '', 'street and postal code were not checked'],
    ['visa', 'G', 'street and postal code could not be verified'],
    ['visa', 'B', 'street matches, postal code could not be verified'],
    ['paymentech-host', 'IB', 'street matches, postal code could not be verified'],
    ['orbital', 'QQ', 'the reply is not in the list of codes'],
  ] as const)('reads %s %s', (dialect, reply, words) => {
    expect(avsInWords(dialect, reply)).toBe(words);
  });

  it('reads every reply to a card code, and keeps silence apart from a wrong one', () => {
    expect(cvvInWords('n')).toBe('Card code is wrong (CVV N)');
    expect(cvvInWords(' ')).toBeUndefined();
    expect(cvvInWords('?')).toBe('Card code: unknown reply');
  });

  it('tells a partial approval from a full one and from none', () => {
    const said = (creditCard: object) =>
      issuerInWords(exampleTransaction({ creditCard }), {
        dialect: 'orbital',
        approvedCodes: [100],
      }).authorisation;
    expect(said({})).toBe('approved in full');
    expect(said({ authorizedAmount: 100 })).toBe('approved for 100.00 of 187.45 only');
    expect(said({ responseCode: 530 })).toBe('not approved (530)');
  });
});

describe('the goods', () => {
  it('add up, or say exactly what is left open', () => {
    expect(goodsOf(exampleTransaction(), settings).unexplained).toBe(0);
    const order = exampleTransaction({ orderTotal: 202.3 });
    expect(goodsOf(order, settings).unexplained).toBe(14.85);
  });

  it('list the dearest line first, with badges and a margin only where somebody said one', () => {
    const items = exampleItems(
      {},
      { description: 'E-gift card', price: 500, extendedPrice: 450, costAmount: undefined },
    );
    const [first, second] = goodsOf(exampleTransaction({ items }), settings).lines;
    expect(first).toMatchObject({ badges: ['gift_card', 'price_overridden'] });
    expect(second).toMatchObject({ badges: [], margin: 36 });
  });
});

describe('the score bar', () => {
  it('runs rules that lower the score back from the end, and ends at the score', () => {
    const hit = (id: string, points: number) => ({ id, name: id, points, reason: '' });
    const bar = scoreBarOf([hit('R51', -12), hit('R26', 20), hit('R35', 60)], {
      reviewFrom: 40,
      rejectFrom: 80,
    });
    expect(bar.raising.map(({ id, start, length }) => [id, start, length])).toEqual([
      ['R35', 0, 60],
      ['R26', 60, 20],
    ]);
    expect(bar.lowering).toMatchObject([{ id: 'R51', start: 68, length: 12 }]);
    expect(bar).toMatchObject({ score: 68, scoreAt: 68, reviewAt: 40, rejectAt: 80 });
  });
});

describe('what each mistake costs', () => {
  const defaults = MistakeSettings.parse({});
  const none = { like: [], yearTotal: undefined };

  it('counts goods at cost and the fee, or the margin after promotions', () => {
    const order = exampleTransaction({ items: exampleItems({ costAmount: 60, marginAmount: 37 }) });
    expect(mistakesOf(order, defaults, none)).toMatchObject({
      ifFraud: { total: 85, goods: 60, fee: 25 },
      ifHonest: { margin: 27, year: undefined },
      breakEven: 27 / 112,
      estimatedLines: 0,
    });
  });

  it('takes the usual share for lines that say neither cost nor margin, and says how many', () => {
    const items = exampleItems({ costAmount: undefined, marginAmount: undefined });
    expect(mistakesOf(exampleTransaction({ items }), defaults, none)).toMatchObject({
      ifFraud: { goods: 60.14 },
      estimatedLines: 1,
    });
  });

  it('is silent about the chance below 20 labelled orders', () => {
    expect(chanceOf({ fraud: 9, good: 10, likeness: '' })).toBeUndefined();
    expect(chanceOf({ fraud: 9, good: 11, likeness: '' })?.share).toBe(0.45);
  });

  it('prefers the closest group of orders that has enough labels', () => {
    const close = { fraud: 1, good: 3, likeness: 'close' };
    const wide = { fraud: 9, good: 29, likeness: 'wide' };
    const found = mistakesOf(exampleTransaction(), defaults, { ...none, like: [close, wide] });
    expect(found.chance).toMatchObject({ likeness: 'wide', labelled: 38 });
    expect(found.chance?.low).toBeCloseTo(0.13, 2);
    expect(found.chance?.high).toBeCloseTo(0.393, 2);
  });

  it('settles only when the whole range is on one side of the break-even', () => {
    expect(readChance({ low: 0.13, high: 0.39 }, 0.35)).toBe('open');
    expect(readChance({ low: 0.13, high: 0.3 }, 0.35)).toBe('accepting_pays');
    expect(readChance({ low: 0.4, high: 0.6 }, 0.35)).toBe('rejecting_pays');
  });
});

describe('the limits of rules', () => {
  const cases = [
    { when: 'byCard.orders24h >= 5.0', points: 25, reason: 'x' },
    { when: 'byCard.orders24h >= 3.0 && tx.orderTotal > 100', points: 10, reason: 'x' },
  ];
  const limits = limitsIn([{ id: 'R31', name: 'Card velocity', cases }]);

  it('are found in conditions, and the nearest one passed belongs to a value', () => {
    expect(limits.map(({ fact, limit }) => [fact, limit])).toEqual([
      ['byCard.orders24h', 5],
      ['byCard.orders24h', 3],
      ['tx.orderTotal', 100],
    ]);
    expect(passedLimit(limits, 'R31', 'byCard.orders24h', 4)).toBe(3);
    expect(passedLimit(limits, 'R31', 'byCard.orders24h', 6)).toBe(5);
    expect(passedLimit(limits, 'R31', 'byCard.orders24h', 2)).toBeUndefined();
    expect(passedLimit(limits, 'R32', 'byCard.orders24h', 6)).toBeUndefined();
  });
});

describe('the ledger', () => {
  const day = 86_400_000;
  const source = {
    dialect: 'orbital' as const,
    receivedAtMs: exampleReceivedAtMs,
    answers: [],
    ipCountry: '',
    known: {
      card: undefined,
      address: undefined,
      account: undefined,
      email: undefined,
      device: undefined,
    },
    earlier: { orders: 0, isMore: false, good: 0, fraud: 0, disputes: 0, rejected: 0 },
    quietAtPlace: 0,
  };

  it('names every gap of an order that says little', () => {
    const order = exampleTransaction({
      creditCard: { avsResponse: 'UK' },
      customer: { emailAddress: '' },
      additionalData: undefined,
      ipAddress: undefined,
    });
    const timeout = {
      kind: 'unavailable',
      partner: 'yleo',
      fault: 'timeout',
      retryable: true,
      latencyMs: 1000,
    } as const;
    expect(ledgerOf({ ...source, order, answers: [timeout] })).toEqual({
      speaksFor: [],
      nobodySaid: [
        'Yleo’s vote',
        'E-mail, phone, device and IP address',
        'If the issuer knows the address',
        'Card code',
        'Cost of 1 line',
      ],
    });
  });

  it('lets earlier orders speak for one, unless one of them was fraud', () => {
    const order = exampleTransaction();
    const earlier = { ...source.earlier, orders: 7, good: 4 };
    const card = { orders: 8, isMore: false, firstAtMs: exampleReceivedAtMs - 430 * day };
    const known = { ...source.known, card };
    expect(ledgerOf({ ...source, order, earlier, known }).speaksFor).toEqual([
      '7 earlier orders, 4 good, none disputed',
      'Card known for 14 months',
      'Issuer confirms address',
    ]);
    const bad = { ...earlier, fraud: 1 };
    expect(ledgerOf({ ...source, order, earlier: bad }).speaksFor).toEqual([
      'Issuer confirms address',
    ]);
  });
});
