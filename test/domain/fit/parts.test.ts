import { parseDocument } from 'yaml';
import { describe, expect, it } from 'vitest';
import { calibrateBands, costOf, outcomeOf } from '../../../domain/fit/bands.js';
import { bandGroupsOf } from '../../../domain/fit/band-groups.js';
import { levelsOf } from '../../../domain/fit/levels.js';
import { keyOfOrder, patternsOf } from '../../../domain/fit/patterns.js';
import { scoreOf } from '../../../domain/fit/points.js';
import { probabilityTable, stepOf } from '../../../domain/fit/probability.js';
import { endingOf, periodsOf, useOf } from '../../../domain/fit/use-of-order.js';
import { parseText } from '../../../domain/rule-text/parse.js';
import { readText } from '../../../domain/rule-text/read.js';
import { setPoints } from '../../../domain/rule-text/set-points.js';
import { levelsOfRules, patternsOfOrders, plantOrders, ruleOf } from './orders.js';

const rules = levelsOfRules(ruleOf('A', 10), ruleOf('B', 40), ruleOf('C', 25), ruleOf('D', -15));
const points = rules.all.map((level) => level.points);
const orders = plantOrders(rules, {
  ...{ seed: 3, orders: 8000, intercept: -3.5, tripped: 0.3 },
  weights: [1, 2, 1.5, -1],
});
const patterns = patternsOfOrders(rules, orders);
const costs = { chargeback: 200, lostSale: 60, reviewMinute: 1, minutesPerReview: 4 };

const totalsOf = (bands: { reviewFrom: number; rejectFrom: number }) => {
  let [cost, reviews] = [0, 0];
  for (const pattern of patterns) {
    const outcome = outcomeOf(scoreOf(pattern, points), pattern.floor, bands);
    cost += pattern.orders * costOf(outcome, pattern.fraudShare ?? 0, costs);
    if (outcome === 'review') reviews += pattern.orders;
  }
  return { cost, reviews };
};

describe('calibrated bands', () => {
  it.each([8000, 900, 200])('cost the least of all that review at most %i orders', (reviewsMax) => {
    const today = { reviewFrom: 40, rejectFrom: 80 };
    const found = calibrateBands(patterns, points, { costs, reviewsMax, today });
    expect(found.isWithinCapacity).toBe(true);
    const own = totalsOf(found.bands);
    expect(own.reviews).toBeLessThanOrEqual(reviewsMax);
    const limits = Array.from({ length: 81 }, (_, index) => index + 1);
    const cheaper = limits.flatMap((reviewFrom) =>
      limits
        .filter((rejectFrom) => rejectFrom >= reviewFrom)
        .map((rejectFrom) => totalsOf({ reviewFrom, rejectFrom }))
        .filter(({ cost, reviews }) => reviews <= reviewsMax && cost < own.cost),
    );
    expect(cheaper).toEqual([]);
  });
});

describe('the probability of a score', () => {
  it('never falls while the score rises, and each order counts once', () => {
    const table = probabilityTable(patterns, points) ?? [];
    expect(table.length).toBeGreaterThan(3);
    expect(table.reduce((sum, step) => sum + step.orders, 0)).toBe(orders.length);
    for (const [index, step] of table.entries()) {
      expect(step.probability).toBeCloseTo(step.frauds / step.orders, 12);
      expect(step.probability).toBeGreaterThan(table[index - 1]?.probability ?? -1);
      expect(step.low).toBeLessThanOrEqual(step.probability);
      expect(step.high).toBeGreaterThanOrEqual(step.probability);
    }
    expect(stepOf(table, -1000)).toBe(table[0]);
    expect(stepOf(table, 1000)).toBe(table.at(-1));
  });

  it('is not given below enough orders or frauds', () => {
    const few = patterns.filter(({ ending }) => ending === 'good');
    expect(probabilityTable(few, points)).toBeNull();
    expect(probabilityTable(patternsOfOrders(rules, orders.slice(0, 400)), points)).toBeNull();
  });
});

describe('what counts for a fit', () => {
  const day = 86_400_000;
  const times = { fromMs: 0, cutMs: 100 * day, maturityDays: 30, heldOutDays: 14 };

  it('are orders old enough at the cut, the latest of them held out', () => {
    const periods = periodsOf(times);
    expect(periods).toEqual({
      ...{ fromMs: 0, checkFromMs: 42 * day, heldOutFromMs: 56 * day, toMs: 70 * day },
    });
    expect(useOf(41.9 * day, periods)).toBe('train');
    expect(useOf(42 * day, periods)).toBe('check');
    expect(useOf(56 * day, periods)).toBe('held_out');
  });

  it.each([
    ['fraud', 'reject', null, 'fraud', 'fraud'],
    ['good', 'reject', 'reject', 'good', 'good'],
    ['dispute', 'accept', null, 'unknown', 'unknown'],
    ['unlabelled', 'accept', null, 'good', 'good'],
    ['unlabelled', 'reject', null, 'rejected', 'rejected'],
    ['unlabelled', 'review', null, 'unknown', 'unknown'],
    ['unlabelled', 'review', 'accept', 'good', 'good'],
    ['unlabelled', 'review', 'reject', 'rejected', 'fraud'],
    ['unlabelled', 'review', 'unseen_reject', 'rejected', 'rejected'],
  ] as const)('a %s order, answered %s, verdict %s', (became, answered, verdict, own, asLabel) => {
    expect(endingOf({ became, answered, verdict }, false)).toBe(own);
    expect(endingOf({ became, answered, verdict }, true)).toBe(asLabel);
  });
});

const text = `# Ours
rules:
  - id: A
    name: Total
    cases:
      - when: tx.orderTotal >= 500
        points: 30 # high
        reason: High.
      - when: tx.orderTotal >= 100
        points: 10
        reason: Some.
  - id: B
    name: Known
    cases:
      - when: items.lines > 3
        points: -5
        reason: Many.
      - when: items.lines > 8
        hard: review
        points: 10
        reason: Very many.
  - id: C
    name: Code
    cases:
      - when: auth.codePoints > 0
        points: auth.codePoints
        reason: Code.
      - when: items.quantity > 5
        points: 10
        reason: Much.
banners:
  bay:
    rules:
      A:
        cases:
          - when: tx.orderTotal >= 200
            points: 30
            reason: High.
`;

const read = (source: string) => {
  const found = readText(source, (one) => `${one.length} ${one}`);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  return found;
};

const parsed = (source: string) => {
  const found = parseText(source);
  if ('problems' in found) throw new Error('no YAML');
  return found;
};

const factsOf = (orderTotal: number, lines: number, quantity: number, codePoints: number) => ({
  tx: { orderTotal },
  items: { lines, quantity },
  auth: { codePoints },
});

describe('the text of a proposal', () => {
  const { content, ruleSet } = read(text);
  const levels = levelsOf(content);
  const learned = new Map([
    ['null A 30', 55],
    ['null A 10', 30],
    ['null B -5', -9],
    ['bay A 30', 12],
  ]);
  const changes = levels.all.map((level) => ({
    ...level,
    after: learned.get(`${level.owner} ${level.ruleId} ${level.points}`) ?? level.points,
  }));
  const bands = [
    {
      banners: ['lat', 's5a', 'o5a', 'bay'] as const,
      before: { reviewFrom: 40, rejectFrom: 80 },
      after: { reviewFrom: 35, rejectFrom: 90 },
    },
  ];

  it('has levels for points that can be learned, and none for facts and hard cases', () => {
    expect(levels.all.map(({ owner, ruleId, points: own }) => [owner, ruleId, own])).toEqual([
      [null, 'A', 10],
      [null, 'A', 30],
      ['bay', 'A', 30],
      [null, 'B', -5],
    ]);
  });

  it('gives every order the score that the fit counted with', () => {
    const written = read(setPoints(parsed(text), { scope: null, levels: changes, bands }));
    const after = changes.map((change) => change.after);
    for (const banner of ['bay', 'lat'] as const) {
      for (const orderTotal of [50, 150, 600]) {
        for (const lines of [1, 5, 9]) {
          for (const codePoints of [0, 7]) {
            const facts = factsOf(orderTotal, lines, 6, codePoints);
            const now = ruleSet.of(banner).evaluate(facts);
            const key = keyOfOrder(levels, { ...now, banner, use: 'train', ending: 'good' });
            const [pattern] = patternsOf({ [key]: 1 });
            const score = written.ruleSet
              .of(banner)
              .evaluate(facts)
              .hits.reduce((sum, hit) => sum + hit.points, 0);
            expect(pattern && scoreOf(pattern, after)).toBe(score);
          }
        }
      }
      expect(written.ruleSet.of(banner).bands).toEqual({ reviewFrom: 35, rejectFrom: 90 });
    }
  });

  it('changes points alone: comments, conditions, hard cases and facts stay', () => {
    const written = setPoints(parsed(text), { scope: null, levels: changes, bands: [] });
    expect(written).toContain('points: 55 # high');
    const back = setPoints(parsed(written), {
      scope: null,
      levels: changes.map(({ points: own, after, ...level }) => ({
        ...level,
        ...{ points: after, after: own },
      })),
      bands: [],
    });
    expect(parseDocument(back).toJS()).toEqual(parseDocument(text).toJS());
  });

  it('for one banner leaves the rules of the others as they are', () => {
    const own = bands.map((change) => ({ ...change, banners: ['s5a'] as const }));
    const written = read(setPoints(parsed(text), { scope: 's5a', levels: changes, bands: own }));
    const scores = (banner: 's5a' | 'lat') =>
      written.ruleSet
        .of(banner)
        .evaluate(factsOf(600, 5, 1, 0))
        .hits.map((hit) => hit.points);
    expect(scores('s5a')).toEqual([55, -9]);
    expect(scores('lat')).toEqual([30, -5]);
    expect(written.ruleSet.of('lat').bands).toBeUndefined();
    expect(written.ruleSet.of('s5a').bands).toEqual({ reviewFrom: 35, rejectFrom: 90 });
  });
});

describe('bands in force', () => {
  const settings = (bay: number) => {
    const bandsFrom = (reviewFrom: number) => ({ bands: { reviewFrom, rejectFrom: 80 } });
    return { lat: bandsFrom(40), s5a: bandsFrom(40), o5a: bandsFrom(40), bay: bandsFrom(bay) };
  };

  it('are grouped by the place where they are', () => {
    const own = { bay: { bands: { reviewFrom: 40, rejectFrom: 80 }, rules: {} } };
    const groups = (banners: typeof own | object, bay: number) =>
      bandGroupsOf({ bands: undefined, banners }, settings(bay), null).map((one) => one.banners);
    expect(groups({}, 40)).toEqual([['lat', 's5a', 'o5a', 'bay']]);
    expect(groups({}, 50)).toEqual([['lat', 's5a', 'o5a'], ['bay']]);
    expect(groups(own, 40)).toEqual([['lat', 's5a', 'o5a'], ['bay']]);
  });
});
