import { describe, expect, it } from 'vitest';
import { readFacts } from '../../../domain/facts/catalogue.js';
import { scoreTransaction } from '../../../domain/rules/score-transaction.js';
import { defaultRuleSet } from '../../support/rules.js';
import { earlier, only, row } from '../history-rows.js';
import { exampleSource } from './example-source.js';

const dayMs = 86_400_000;

/** The history of an account with earlier orders of these totals. */
const bought = (...amounts: number[]) => ({
  history: only({ account: [row(), ...amounts.map((amount) => earlier(dayMs, { amount }))] }),
});

const inCents = (cents: number) => cents / 100;

const { transaction, ...context } = exampleSource();
const ruleSet = defaultRuleSet();

const tripsAt = (orderTotal: number, known: ReturnType<typeof bought>): boolean => {
  const order = { ...transaction, orderTotal };
  const { hits } = scoreTransaction(ruleSet, order, { ...context, ...known });
  return hits.some(({ id }) => id === 'R26');
};

const timesOf = (orderTotal: number, known: ReturnType<typeof bought>) =>
  readFacts({ ...context, ...known, transaction: { ...transaction, orderTotal } })['byCustomer']?.[
    'timesEarlierMean180d'
  ];

describe('R26 at three times the mean', () => {
  const prices = Array.from({ length: 400 }, (_, index) => 1 + index * 37);

  it('does not trip at the limit and just under it, and trips just over it, at whatever price', () => {
    const known = (cents: number) => bought(...Array(3).fill(inCents(cents)));
    const found = prices.map((cents) => [
      tripsAt(inCents(3 * cents - 1), known(cents)),
      tripsAt(inCents(3 * cents), known(cents)),
      tripsAt(inCents(3 * cents + 1), known(cents)),
    ]);
    expect(found).toEqual(prices.map(() => [false, false, true]));
  });

  it('is exact for a mean that is no whole amount', () => {
    const wrong = prices.filter((cents) => {
      // Seven orders: the total at the limit is three sevenths of their sum.
      const known = bought(...Array(6).fill(inCents(cents)), inCents(cents + 7));
      return tripsAt(inCents(3 * cents + 3), known) || !tripsAt(inCents(3 * cents + 4), known);
    });
    expect(wrong).toEqual([]);
  });
});

describe('the total as a multiple of the mean', () => {
  it('is 0 without earlier orders, and 1 at the mean', () => {
    expect(timesOf(50, { history: only({}) })).toBe(0);
    expect(timesOf(50, bought(40, 60))).toBe(1);
    expect(timesOf(0, bought(40, 60))).toBe(0);
  });

  it('is beyond every limit when the earlier orders cost nothing and this one something', () => {
    expect(timesOf(0.01, bought(0, 0, 0))).toBe(1_000_000_000);
    expect(timesOf(0, bought(0, 0, 0))).toBe(0);
    expect(tripsAt(0.01, bought(0, 0, 0))).toBe(true);
  });
});
