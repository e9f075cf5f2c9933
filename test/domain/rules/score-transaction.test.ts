import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noHistory } from '../../../domain/history.js';
import { factGroups, readFacts } from '../../../domain/facts/catalogue.js';
import { printRulesTripped } from '../../../domain/rules-tripped.js';
import { loadRuleSet } from '../../../domain/rules/load-rule-set.js';
import { scoreTransaction } from '../../../domain/rules/score-transaction.js';
import { exampleSettings, hashText } from '../../support/rules.js';
import {
  exampleItems,
  exampleReceivedAtMs,
  exampleTransaction,
} from '../../support/transactions.js';
import { scoreExample } from './rule-case.js';

const always = (points: number, more: object = {}) => ({
  name: 'Always',
  cases: [{ when: 'tx.orderTotal >= 0', points, reason: 'Always.', ...more }],
});

const scoreWith = (...rules: object[]) =>
  scoreTransaction(
    loadRuleSet(
      { rules: rules.map((rule, index) => Object.assign({ id: `T${index}` }, rule)) },
      hashText,
    ),
    exampleTransaction(),
    { receivedAtMs: exampleReceivedAtMs, settings: exampleSettings() },
  );

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

  it("takes each banner's own bands", () => {
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
    const errored = { name: 'Errs', cases: [{ when: '1 / 0 > 1', points: 1, reason: 'x' }] };
    expect(scoreWith(errored)).toMatchObject({
      outcome: 'review',
      totalScore: 0,
      erroredRules: [{ id: 'T0', name: 'Errs' }],
    });
    expect(scoreWith(errored, always(-100)).outcome).toBe('review');
    expect(scoreWith(errored, always(100)).outcome).toBe('reject');
  });

  it('reports the facts that its rules read, and the sum mismatch', () => {
    expect(scoreWith(always(1)).facts).toEqual({
      'tx.orderTotal': 187.45,
      'tx.sumDifference': 0,
      'tx.sumMismatch': false,
    });
    expect(scoreExample({ shippingCost: 9.96 }).facts['tx.sumMismatch']).toBe(false);
    expect(scoreExample({ shippingCost: 9.97 }).facts['tx.sumMismatch']).toBe(true);
    expect(scoreExample({ shippingCost: 9.97 }).totalScore).toBe(0);
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

const broken = (read: () => Record<string, number>) => ({
  specs: { count: { type: 'double' as const, meaning: 'A count.' } },
  read,
});

const fails = () => {
  throw new Error('broken');
};

describe('facts', () => {
  const source = {
    transaction: exampleTransaction(),
    settings: exampleSettings(),
    receivedAtMs: exampleReceivedAtMs,
    history: noHistory,
  };

  it('are total and each one is described', () => {
    const facts = readFacts(source);
    for (const [group, { specs }] of Object.entries(factGroups)) {
      expect(Object.keys(facts[group] ?? {}).toSorted()).toEqual(Object.keys(specs).toSorted());
      for (const { meaning } of Object.values(specs)) expect(meaning).not.toBe('');
    }
  });

  it('of a group that fails are left out, and the others stay', () => {
    const { count, ...rest } = readFacts(source, {
      thrown: broken(fails),
      missing: broken(() => ({})),
      infinite: broken(() => ({ count: Number.NaN })),
      fine: broken(() => ({ count: 1 })),
    });
    expect(count).toBeUndefined();
    expect(rest).toEqual({ fine: { count: 1 } });
  });
});
