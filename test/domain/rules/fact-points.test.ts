import { describe, expect, it } from 'vitest';
import { scoreTransaction } from '../../../domain/rules/score-transaction.js';
import { exampleItems, exampleTransaction } from '../../support/transactions.js';
import { exampleRule, exampleSource, load } from './example-source.js';

const int4Max = 2_147_483_647;

const scoreOf = (quantity: number, ids: readonly string[]) => {
  const transaction = exampleTransaction({ items: exampleItems({ quantity }) });
  const rules = ids.map((id) => exampleRule({ id }, { points: 'items.quantity' }));
  return scoreTransaction(load(rules), transaction, exampleSource());
};

describe('points from a fact', () => {
  it.each([
    [7, 7],
    [1000, 1000],
    [1001, 1000],
    [3_000_000_000, 1000],
    [Number.MAX_SAFE_INTEGER, 1000],
  ])('are at most a thousand: %i pieces', (quantity, points) => {
    const { hits, totalScore } = scoreOf(quantity, ['T01']);
    expect([hits[0]?.points, totalScore]).toEqual([points, points]);
  });

  it('are at least minus a thousand', () => {
    const transaction = exampleTransaction({ items: exampleItems({ marginAmount: -5_000_000 }) });
    const rules = [exampleRule({}, { points: 'items.marginTotal' })];
    const { totalScore } = scoreTransaction(load(rules), transaction, exampleSource());
    expect(totalScore).toBe(-1000);
  });

  it('add up to a score that its column holds, however many rules there are', () => {
    const ids = Array.from({ length: 300 }, (_, index) => `T${index}`);
    const { totalScore } = scoreOf(3_000_000_000, ids);
    expect(totalScore).toBe(300_000);
    expect(totalScore).toBeLessThan(int4Max);
  });
});
