import { describe, expect, it } from 'vitest';
import { scoreTransaction } from '../../../domain/rules/score-transaction.js';
import { earlier, only, row } from '../history-rows.js';
import { exampleRule, exampleSource, load } from './example-source.js';

const hitOf = (card: ReturnType<typeof row>[]) => {
  const { transaction, ...context } = exampleSource();
  const rules = [exampleRule({}, { when: 'byCard.orders1h >= 1' })];
  return scoreTransaction(load(rules), transaction, { ...context, history: only({ card }) })
    .hits[0];
};

const mine = { card: 'card-own' };

describe('the orders that a hit counted', () => {
  it('are orders and not their shipment groups, each linked once by its latest group', () => {
    const groups = [30, 20, 10].map((ageMs) => earlier(ageMs, { ...mine, order: 'X' }));
    const hit = hitOf([...groups, earlier(5, { ...mine, order: 'Y' }), row({ order: 'Z' })]);
    expect(hit?.facts?.['byCard.orders1h']).toBe(3);
    const [counted] = hit?.counted ?? [];
    expect(counted?.orders).toBe(2);
    expect(counted?.transactionIds).toHaveLength(2);
    expect(counted?.transactionIds).toContain(groups[2]?.transactionId);
  });

  it('are others: the shipment groups of the order itself are none of them', () => {
    const [counted] =
      hitOf([earlier(9, { ...mine, order: 'own' }), earlier(5, mine), row()])?.counted ?? [];
    expect(counted?.orders).toBe(1);
    expect(counted?.transactionIds).toHaveLength(1);
  });
});
