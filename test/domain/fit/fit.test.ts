import { describe, expect, it } from 'vitest';
import { type FitInput, fitRules } from '../../../domain/fit/fit.js';
import type { Levels } from '../../../domain/fit/levels.js';
import { addCounts, patternsOf } from '../../../domain/fit/patterns.js';
import { fitLine, fitPoints, scoreOf } from '../../../domain/fit/points.js';
import { assumeRejected } from '../../../domain/fit/rejected.js';
import { createRandom } from '../../../local/demo/random.js';
import {
  countOrders,
  levelsOfRules,
  type MadeOrder,
  patternsOfOrders,
  plantOrders,
  ruleOf,
} from './orders.js';

const rules = levelsOfRules(
  ...[ruleOf('A', 10), ruleOf('B', 40), ruleOf('C', 5, 12, 30), ruleOf('D', 20)],
  ...[ruleOf('E', 60, -25), ruleOf('F', 15), ruleOf('G', 25)],
);
/** By index of level: A, B, C 5, C 12, C 30, D, E 60, E -25, F, G. */
const weights = [2, 0.4, 0.3, 0.9, 1.5, 1.2, 2.5, -1, 0.6, 3];
const planted = { seed: 7, orders: 60_000, intercept: -4, weights, tripped: 0.15 };

const costs = { chargeback: 200, lostSale: 60, reviewMinute: 1, minutesPerReview: 4 };
const bands = { reviewFrom: 40, rejectFrom: 80 };

const inputOf = (levels: Levels, orders: readonly MadeOrder[]): FitInput => ({
  patterns: patternsOfOrders(levels, orders),
  levels: levels.all,
  groups: [{ banners: ['bay'], bands }],
  costs,
  rejectedFraudShare: 0.75,
  reviewsPerDayMax: orders.length / 100 / 10,
  days: { fitted: 75, heldOut: 25 },
});

describe('fitted points', () => {
  it('are the planted weights, within an error that the number of labels explains', () => {
    const patterns = patternsOfOrders(rules, plantOrders(rules, planted));
    const today = rules.all.map(({ points }) => points);
    const { slope } = fitLine(
      patterns.filter(({ use }) => use !== 'held_out'),
      today,
    );
    const { points, isConverged } = fitPoints(patterns, rules.all);
    expect(isConverged).toBe(true);
    for (const [level, weight] of weights.entries()) {
      // The prior pulls them a little towards today's points.
      expect(Math.abs((points[level] ?? 0) * slope - weight), `level ${level}`).toBeLessThan(0.4);
    }
  });

  it('never turn a sign, silence a rule, or put a milder case above a harsher one', () => {
    for (const seed of [1, 2, 3]) {
      const turned = plantOrders(rules, {
        ...{ ...planted, seed, orders: 20_000, intercept: -2 },
        weights: weights.map((weight) => -weight),
      });
      const { points } = fitPoints(patternsOfOrders(rules, turned), rules.all);
      for (const [level, { points: today, milder }] of rules.all.entries()) {
        const own = points[level] ?? 0;
        expect(own * today).toBeGreaterThan(0);
        const below = milder === null ? 0 : Math.abs(points[milder] ?? 0);
        expect(Math.abs(own)).toBeGreaterThan(below);
      }
    }
  });

  it('hardly move by a few labels that follow today’s points', () => {
    const orders = plantOrders(rules, {
      ...{ ...planted, orders: 800, intercept: -4 },
      weights: rules.all.map(({ points }) => points * 0.07),
    });
    const { points } = fitPoints(patternsOfOrders(rules, orders), rules.all);
    for (const [level, { points: today }] of rules.all.entries()) {
      expect(Math.abs((points[level] ?? 0) - today)).toBeLessThanOrEqual(15);
    }
  });

  it('do not depend on the order or the division of the rows, to the last byte', () => {
    const orders = plantOrders(rules, { ...planted, orders: 6000 });
    const whole = JSON.stringify(fitRules(inputOf(rules, orders)));
    for (const seed of [1, 2]) {
      const shuffled = createRandom(seed).shuffled(orders);
      const parts = [shuffled.slice(0, 1234), shuffled.slice(1234)].map((part) =>
        countOrders(rules, part),
      );
      const patterns = patternsOf(addCounts(parts));
      expect(JSON.stringify(fitRules({ ...inputOf(rules, orders), patterns }))).toBe(whole);
    }
  });

  it('do not depend on the held-out orders', () => {
    const orders = plantOrders(rules, { ...planted, orders: 6000 });
    const others = orders.map(
      (order): MadeOrder =>
        order.use === 'held_out'
          ? { ...order, ending: order.ending === 'fraud' ? 'good' : 'fraud' }
          : order,
    );
    const [one, other] = [orders, others].map((some) => fitRules(inputOf(rules, some)));
    expect(other?.levels).toEqual(one?.levels);
    expect(other?.bands).toEqual(one?.bands);
    expect(other?.before).not.toEqual(one?.before);
  });
});

/** Orders that the rules in force reject bring no chargeback: nobody knows what they were. */
const censored = (orders: readonly MadeOrder[]): MadeOrder[] =>
  orders.map((order) => {
    const score = order.hits.reduce((sum, { points }) => sum + points, 0);
    return score >= bands.rejectFrom ? { ...order, ending: 'rejected' } : order;
  });

describe('rejected orders without a label', () => {
  const harsh = levelsOfRules(ruleOf('A', 10), ruleOf('B', 90), ruleOf('C', 25), ruleOf('D', 20));
  const orders = plantOrders(harsh, {
    ...{ ...planted, orders: 40_000, tripped: 0.1 },
    weights: [0.7, 6, 1.7, 1.4],
  });
  const afterB = (patterns: FitInput['patterns']) =>
    fitRules({ ...inputOf(harsh, orders), patterns }).levels[1]?.after ?? 0;

  it('do not make the fit unlearn the rule that rejects them', () => {
    expect(afterB(patternsOfOrders(harsh, censored(orders)))).toBeGreaterThan(70);
  });

  it('count as the stated share of fraud on average, and more the higher their score', () => {
    const patterns = patternsOfOrders(harsh, censored(orders));
    const today = harsh.all.map(({ points }) => points);
    const rejected = assumeRejected(patterns, today, 0.75)
      .filter(({ ending, use }) => ending === 'rejected' && use !== 'held_out')
      .toSorted((one, other) => scoreOf(one, today) - scoreOf(other, today));
    const sum = (valueOf: (pattern: (typeof rejected)[number]) => number) =>
      rejected.reduce((total, pattern) => total + valueOf(pattern), 0);
    const frauds = sum(({ orders: own, fraudShare }) => own * (fraudShare ?? 0));
    expect(frauds / sum(({ orders: own }) => own)).toBeCloseTo(0.75, 9);
    expect(rejected.at(-1)?.fraudShare).toBeGreaterThan(rejected[0]?.fraudShare ?? 1);
  });
});

/** The mean cost of held-out orders, counted one by one. */
const costByHand = (
  orders: readonly MadeOrder[],
  pointsOf: (id: string, points: number) => number,
  { reviewFrom, rejectFrom }: typeof bands,
): number => {
  const heldOut = orders.filter(({ use }) => use === 'held_out');
  const total = heldOut.reduce((sum, { hits, ending }) => {
    const score = hits.reduce((all, { id, points }) => all + pointsOf(id, points), 0);
    if (score >= rejectFrom) return sum + (ending === 'good' ? costs.lostSale : 0);
    if (score >= reviewFrom) return sum + costs.reviewMinute * costs.minutesPerReview;
    return sum + (ending === 'fraud' ? costs.chargeback : 0);
  }, 0);
  return total / heldOut.length;
};

describe('the verdict on a fit', () => {
  it.each([
    ['the held-out weeks are like the fitted ones', false],
    ['the held-out weeks are the opposite', true],
  ])('is never better than what the held-out orders cost: %s', (_, isTurned) => {
    const orders = plantOrders(rules, { ...planted, orders: 20_000, isTurned });
    const fit = fitRules(inputOf(rules, orders));
    const afterOf = new Map(fit.levels.map((one) => [`${one.ruleId} ${one.points}`, one.after]));
    const before = costByHand(orders, (_id, points) => points, bands);
    const after = costByHand(
      orders,
      (id, points) => afterOf.get(`${id} ${points}`) ?? 0,
      fit.bands[0]?.after ?? bands,
    );
    expect(fit.before.costPerOrder).toBeCloseTo(before, 9);
    expect(fit.after.costPerOrder).toBeCloseTo(after, 9);
    expect(fit.costDifference?.mean).toBeCloseTo(after - before, 9);
    expect(fit.verdict).toBe(isTurned ? 'no_better' : 'better');
  });

  it('is that nothing was fitted while too few labels exist', () => {
    const orders = plantOrders(rules, { ...planted, orders: 400, intercept: -6 });
    const fit = fitRules(inputOf(rules, orders));
    expect(fit.verdict).toBe('too_few_labels');
    expect(fit.levels.every(({ points, after }) => points === after)).toBe(true);
    expect(fit.bands[0]?.after).toEqual(bands);
    expect(fit.after.probabilities).toBeNull();
  });
});
