import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factGroups, readFacts } from '../../../domain/facts/catalogue.js';
import { defineFacts, defineFactsWith, number } from '../../../domain/facts/fact-group.js';
import { type History, type HistoryRow, noHistory } from '../../../domain/history.js';
import { printRulesTripped } from '../../../domain/rules-tripped.js';
import { scoreTransaction } from '../../../domain/rules/score-transaction.js';
import { exampleSettings } from '../../support/rules.js';
import { exampleItems, exampleReceivedAtMs } from '../../support/transactions.js';
import { exampleSource, load } from './example-source.js';
import { scoreExample } from './rule-case.js';

const always = (points: number, more: object = {}) => ({
  name: 'Always',
  cases: [{ when: 'tx.orderTotal >= 0', points, reason: 'Always.', ...more }],
});

const numbered = (rules: readonly object[]) =>
  rules.map((rule, index) => Object.assign({ id: `T${index}` }, rule));

const scoreWith = (...rules: object[]) => {
  const { transaction, ...context } = exampleSource();
  return scoreTransaction(load(numbered(rules)), transaction, context);
};

/** A rule that cannot be evaluated: the facts that it reads were not loaded. */
const errs = (more: object = {}) => ({
  name: 'Errs',
  cases: [{ when: 'subject.email in list("nobody")', points: 1, reason: 'x', ...more }],
});

const scoreWithoutLists = (...rules: object[]) => {
  const { transaction, ...context } = exampleSource();
  return scoreTransaction(load(numbered(rules)), transaction, { ...context, listings: undefined });
};

describe('scoreTransaction', () => {
  it('accepts the clean example without a hit', () => {
    expect(scoreExample()).toMatchObject({ outcome: 'accept', totalScore: 0, hits: [] });
  });

  it.each([
    [39, 'accept'],
    [40, 'review'],
    [79, 'review'],
    [80, 'reject'],
    [-30, 'accept'],
  ])('a score of %i is %s', (points, outcome) => {
    expect(scoreWith(always(points))).toMatchObject({ totalScore: points, outcome });
  });

  it("uses each banner's own bands", () => {
    const { banners } = exampleSettings();
    const s5a = { ...banners.s5a, bands: { reviewFrom: 10, rejectFrom: 15 } };
    const partial = { creditCard: { authorizedAmount: 187, fullAmount: 187.45 } };
    expect(scoreExample(partial).outcome).toBe('accept');
    expect(scoreExample(partial, { banners: { ...banners, s5a } }).outcome).toBe('reject');
  });

  it('adds points up uncapped, trust points too', () => {
    expect(scoreWith(always(700), always(600), always(-1))).toMatchObject({ totalScore: 1299 });
  });

  it.each([
    ['hard review', 0, 'review', 'review'],
    ['hard review', 90, 'review', 'reject'],
    ['hard review', -50, 'review', 'review'],
    ['hard reject', 0, 'reject', 'reject'],
    ['hard reject', -500, 'reject', 'reject'],
  ])('a %s with %i points is %s or worse: %s', (_, points, hard, outcome) => {
    expect(scoreWith(always(points, { hard })).outcome).toBe(outcome);
  });

  it('holds an order for review when a rule is errored, whatever the others say', () => {
    expect(scoreWithoutLists(errs())).toMatchObject({
      outcome: 'review',
      totalScore: 0,
      erroredRules: [
        { id: 'T0', name: 'Errs', message: 'the fact list.nobody:email has no value' },
      ],
    });
    expect(scoreWithoutLists(errs(), always(-100)).outcome).toBe('review');
    expect(scoreWithoutLists(errs(), always(100)).outcome).toBe('reject');
  });

  it.each([
    ['a high score', 'accept', [always(500)]],
    ['a hard review', 'review', [always(0, { hard: 'review' })]],
    ['a hard reject', 'reject', [always(0, { hard: 'reject' })]],
    ['an errored rule', 'review', [errs()]],
    ['a high score, and an errored rule', 'review', [always(500), errs()]],
  ])('a rule that accepts, beside %s: %s', (_, outcome, others) => {
    const accepts = always(0, { hard: 'accept' });
    expect(scoreWithoutLists(accepts, ...others).outcome).toBe(outcome);
    expect(scoreWithoutLists(...others, accepts).outcome).toBe(outcome);
  });

  it('a rule that accepts takes nothing off the score', () => {
    expect(scoreWith(always(7, { hard: 'accept' }), always(90))).toMatchObject({
      totalScore: 97,
      outcome: 'accept',
    });
  });

  it('never counts a shadow rule, not even one that is errored or hard', () => {
    const shadow = { ...always(900, { hard: 'reject' }), mode: 'shadow' };
    const errored = { ...errs(), mode: 'shadow' };
    expect(scoreWithoutLists(shadow, errored, always(3))).toMatchObject({
      outcome: 'accept',
      totalScore: 3,
      hits: [{ id: 'T2' }],
      erroredRules: [],
    });
  });

  it('returns all facts of the order, of lists and of rollouts', () => {
    const asks = (list: string) => ({
      ...always(1, { when: `subject.email in list("${list}") || tx.sumMismatch` }),
      rollout: { percent: 50, by: 'order' },
    });
    const { transaction, ...context } = exampleSource();
    const { facts } = scoreTransaction(load(numbered([asks('vip'), asks('odd')])), transaction, {
      ...context,
      listings: [{ list: 'vip', kind: 'values', subject: 'email' }],
    });
    const own = Object.entries(facts).filter(([name]) => /^(list|rollout)\./.test(name));
    expect(Object.fromEntries(own)).toEqual({
      'list.vip:email': true,
      'list.odd:email': false,
      'rollout.T0': expect.any(Number) as number,
      'rollout.T1': expect.any(Number) as number,
    });
    expect(Object.keys(facts).length - own.length).toBe(
      Object.values(factGroups).reduce((sum, { specs }) => sum + Object.keys(specs).length, 0),
    );
    expect(facts).toMatchObject({ 'tx.orderTotal': 187.45, 'tx.sumDifference': 0 });
    expect(scoreExample({ shippingCost: 9.96 }).facts['tx.sumMismatch']).toBe(false);
    expect(scoreExample({ shippingCost: 9.97 }).facts['tx.sumMismatch']).toBe(true);
  });

  it('puts no personal text and no card number into facts or reasons', () => {
    const personal = {
      salesRep: 'Zebulon Quirk',
      source: 'Zebulon Quirk 4111111111111111',
      creditCard: { nameOnCard: 'Zebulon Quirk', avsResponse: 'Zebulon', cardType: 'Zebulon' },
      customer: { firstName: 'Zebulon', lastName: 'Quirk', emailAddress: 'zebulon@mailinator.com' },
      items: exampleItems(
        { shippingMethod: 'Zebulon', shippingCountry: 'Zebulon' },
        { shippingAddress: { name: 'Zebulon MyUS', country: 'Zebulon', city: 'Zebulon' } },
      ),
      additionalData: { cvvResponse: 'Zebulon' },
    };
    const { facts, hits } = scoreExample(personal);
    expect(hits.length).toBeGreaterThan(4);
    expect(JSON.stringify({ facts, hits }).toLowerCase()).not.toMatch(/zebulon|quirk|mailinator/);
    expect(JSON.stringify({ facts, hits })).not.toContain('4111111111111111');
  });

  it('gives the same score for the same arguments', () => {
    expect(scoreExample({ orderTotal: 5000 })).toEqual(scoreExample({ orderTotal: 5000 }));
  });

  it('always equals the points that it prints', () => {
    const cent = fc.integer({ min: 0, max: 600_000 }).map((cents) => cents / 100);
    const avsResponse = fc.constantFrom('H', 'G', 'A', 'D', 'M7', '4', '');
    const creationDate = fc.constantFrom('2020-01-01', '2026-11-21', '2026-11-18', '2027-01-01');
    fc.assert(
      fc.property(cent, avsResponse, creationDate, (orderTotal, avs, date) => {
        const { totalScore, hits } = scoreExample({
          orderTotal,
          creditCard: { avsResponse: avs },
          customer: { creationDate: date },
        });
        const printed = printRulesTripped(hits).matchAll(/:(-?\d+);/g);
        expect([...printed].reduce((sum, [, points]) => sum + Number(points), 0)).toBe(totalScore);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a rule set as a banner has it', () => {
  const rules = [always(10), always(30, { hard: 'review' })];
  const bay = {
    bands: { reviewFrom: 5, rejectFrom: 6 },
    rules: {
      T0: { cases: always(5).cases },
      T1: { enabled: false },
    },
  };
  const scoreFor = (banner: 'bay' | 's5a', more: object) => {
    const { transaction, ...context } = exampleSource();
    return scoreTransaction(load(numbered(rules), more), { ...transaction, banner }, context);
  };

  it('has its own cases, switches and bands; others have them as the file says', () => {
    const more = { bands: { reviewFrom: 1, rejectFrom: 30 }, banners: { bay } };
    expect(scoreFor('bay', more)).toMatchObject({ totalScore: 5, outcome: 'review' });
    expect(scoreFor('s5a', more)).toMatchObject({ totalScore: 40, outcome: 'reject' });
    expect(scoreFor('s5a', {})).toMatchObject({ totalScore: 40, outcome: 'review' });
  });

  it("falls back to the file's bands, and then to the settings'", () => {
    const { rules: overrides } = bay;
    const only = { banners: { bay: { rules: overrides } } };
    expect(scoreFor('bay', only).outcome).toBe('accept');
    const bands = { reviewFrom: 0, rejectFrom: 5 };
    expect(scoreFor('bay', { ...only, bands }).outcome).toBe('reject');
  });

  it('can have a rule in shadow, or live, that others have otherwise', () => {
    const shadowed = { banners: { bay: { rules: { T0: { mode: 'shadow' } } } } };
    const set = load(numbered(rules), shadowed);
    expect(set.of('bay').shadowRules).toEqual(['T0']);
    expect(set.of('s5a').shadowRules).toEqual([]);
    const facts = { tx: { orderTotal: 1 } };
    const ids = (results: { hits: readonly { id: string }[] }) => results.hits.map(({ id }) => id);
    expect(ids(set.of('bay').evaluate(facts))).toEqual(['T1']);
    expect(ids(set.of('bay').evaluateShadow(facts))).toEqual(['T0']);
    expect(ids(set.of('s5a').evaluateShadow(facts))).toEqual([]);
  });
});

const now = exampleReceivedAtMs;
const minute = 60_000;

const row = (position: number, ageMs: number, order = `o${position}`): HistoryRow => ({
  transactionId: `tx${position}`,
  position,
  receivedAtMs: now - ageMs,
  order,
  card: 'c',
  email: `e${position}`,
  account: null,
  device: null,
  last4: null,
  billingPostal: null,
  amount: 10,
  authorizedAmount: 10,
  currency: 'USD',
  ip: null,
  responseCode: null,
  avsCode: null,
  goods: 'g',
  promotions: [],
  wasReviewed: false,
  wasRejected: false,
  label: null,
  name: null,
  place: null,
});

describe('the orders that a hit counted', () => {
  const scoreWithCard = (card: HistoryRow[], when: string) => {
    const { transaction, ...context } = exampleSource();
    const history: History = { ...noHistory, card };
    const rules = numbered([always(1, { when })]);
    return scoreTransaction(load(rules), transaction, { ...context, history }).hits[0];
  };
  const own = row(99, 0);

  it('are those of the window, the latest first, without the order itself', () => {
    const card = [row(1, 61 * minute), row(2, 60 * minute), row(3, 59 * minute), row(4, 1), own];
    const hit = scoreWithCard(card, 'byCard.orders1h >= 3');
    expect(hit?.facts).toEqual({ 'byCard.orders1h': 3 });
    expect(hit?.counted).toEqual([
      { fact: 'byCard.orders1h', window: '1h', transactionIds: ['tx4', 'tx3'], orders: 2 },
    ]);
  });

  it('are twenty at most, with their total number', () => {
    const card = Array.from({ length: 50 }, (_, index) => row(index + 1, 50 - index));
    const [counted] = scoreWithCard([...card, own], 'byCard.orders1h > 1')?.counted ?? [];
    expect(counted?.orders).toBe(50);
    expect(counted?.transactionIds).toEqual(
      Array.from({ length: 20 }, (_, index) => `tx${50 - index}`),
    );
  });

  it('are absent from a hit that counted none', () => {
    expect(scoreWithCard([own], 'tx.orderTotal > 1')).not.toHaveProperty('counted');
  });
});

const fails = () => {
  throw new Error('broken');
};

const count = { count: number('A count.') };

describe('facts', () => {
  it('are total and each one is described', () => {
    const facts = readFacts(exampleSource());
    for (const [group, { specs }] of Object.entries(factGroups)) {
      expect(Object.keys(facts[group] ?? {}).toSorted()).toEqual(Object.keys(specs).toSorted());
      for (const { meaning } of Object.values(specs)) expect(meaning).not.toBe('');
    }
  });

  it('of a group that fails, or was not loaded for, are left out, and the others stay', () => {
    const facts = readFacts(
      { ...exampleSource(), evidence: undefined },
      {
        thrown: defineFacts(count, fails),
        missing: defineFacts(count, () => ({}) as { count: number }),
        infinite: defineFacts(count, () => ({ count: Number.NaN })),
        unloaded: defineFactsWith(['evidence'], count, () => ({ count: 1 })),
        loaded: defineFactsWith(['history'], count, () => ({ count: 2 })),
        fine: defineFacts(count, () => ({ count: 1 })),
      },
    );
    expect(facts).toEqual({ loaded: { count: 2 }, fine: { count: 1 } });
  });
});
