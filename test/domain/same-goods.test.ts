import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFacts } from '../../domain/facts/catalogue.js';
import { byGoodsFacts } from '../../domain/facts/by-goods.js';
import type { GoodsTraffic, HistoryRow } from '../../domain/history.js';
import { earlier, only, row } from './history-rows.js';
import { exampleSource } from './rules/example-source.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const monthOf = (guests: number, members: number): GoodsTraffic => {
  return { guests, members, spanMs: 28 * dayMs };
};
const quiet = monthOf(0, 0);

const ownRow = row({ account: null });
/** Other guests of the day, each with a card of their own. */
const guests = (count: number, changes: Partial<HistoryRow> = {}): HistoryRow[] =>
  Array.from({ length: count }, (_, index) =>
    earlier((index + 1) * 1000, { account: null, ...changes }),
  );
const members = (count: number): HistoryRow[] =>
  Array.from({ length: count }, (_, index) => earlier((index + 1) * 1000));

const factsOf = (others: readonly HistoryRow[], goodsTraffic: GoodsTraffic | null = quiet) => {
  const history = only({ card: [ownRow], goods: [ownRow, ...others], goodsTraffic });
  const facts = readFacts({ ...exampleSource(), history }, { byGoods: byGoodsFacts })['byGoods'];
  if (facts === undefined) throw new Error('the facts are absent');
  return facts as Record<'guests24h' | 'guestSurprise24h' | 'mismatchSurprise24h', number>;
};
const surpriseOf = (others: readonly HistoryRow[], traffic?: GoodsTraffic | null): number =>
  factsOf(others, traffic).guestSurprise24h;

describe('a run of guests on the same goods', () => {
  it('counts the cards of the day, not the orders, and no accounts', () => {
    const twice = guests(1).flatMap((one) => [one, { ...one, order: 'again' }]);
    const late = guests(1, { receivedAtMs: ownRow.receivedAtMs - dayMs });
    expect(factsOf([...guests(3), ...twice, ...members(4), ...late]).guests24h).toBe(5);
  });

  it('is none for an order of an account, whose goods are not looked up', () => {
    const history = only({ goods: [], goodsTraffic: null });
    const { byGoods } = readFacts({ ...exampleSource(), history }, { byGoods: byGoodsFacts });
    expect(byGoods).toEqual({ guests24h: 0, guestSurprise24h: 0, mismatchSurprise24h: 0 });
  });

  it('surprises from the fourth guest on where none is usual', () => {
    expect([0, 1, 2, 3, 4].map((others) => surpriseOf(guests(others)))).toEqual([
      ...[0, 0.7, 1.6, 2.7, 3.9],
    ]);
  });

  it('surprises less where guests are usual: twice a usual day is a sale', () => {
    expect(surpriseOf(guests(8), monthOf(27 * 4, 0))).toBeLessThan(0.5);
    expect(surpriseOf(guests(8), monthOf(27, 0))).toBeGreaterThan(2.5);
  });

  it('is no run where accounts come too, more than usually do', () => {
    expect(surpriseOf([...guests(9), ...members(1)])).toBe(surpriseOf(guests(9)));
    expect(surpriseOf([...guests(9), ...members(5)])).toBeLessThan(0.5);
    expect(surpriseOf([...guests(9), ...members(5)], monthOf(0, 27 * 5))).toBe(
      surpriseOf(guests(9)),
    );
  });

  it('never surprises where goods are known for less than a week before this day', () => {
    const known = (spanMs: number) => ({ guests: 3, members: 5, spanMs });
    expect(surpriseOf(guests(90), known(8 * dayMs - 1))).toBe(0);
    expect(surpriseOf(guests(90), known(8 * dayMs))).toBeGreaterThan(2.5);
    expect(surpriseOf(guests(90), known(0))).toBe(0);
  });

  it('grows with each guest, and falls with what is usual and with each account', () => {
    const amount = (max: number) => fc.integer({ min: 0, max });
    const some = fc.record({ ...{ now: amount(60), accounts: amount(60) }, usual: amount(600) });
    fc.assert(
      fc.property(some, ({ now, accounts, usual }) => {
        const crowd = [...guests(now), ...members(accounts)];
        const surprise = surpriseOf(crowd, monthOf(usual, 0));
        const more = (rows: HistoryRow[], days = usual) =>
          surpriseOf([...crowd, ...rows], monthOf(days, 0));
        expect(more(guests(1))).toBeGreaterThanOrEqual(surprise);
        expect(more(members(1))).toBeLessThanOrEqual(surprise);
        expect(more([], usual + 30)).toBeLessThanOrEqual(surprise);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the answers of the issuers of a run', () => {
  it.each([
    ['all match', { avsCode: 'H' }, 0],
    ['the street is wrong', { avsCode: 'Z' }, 3],
    ['the postal code is wrong', { avsCode: 'D' }, 3],
    ['declined', { responseCode: 530, avsCode: 'H' }, 3],
    // A bank that takes no part in AVS says nothing about its cards.
    ['not supported', { avsCode: 'R' }, 0],
    ['an order of an earlier version, without both', { responseCode: null, avsCode: null }, 0],
  ])('surprise by mismatches: %s', (_what, changes, surprise) => {
    expect(factsOf(guests(4, changes)).mismatchSurprise24h).toBe(surprise);
  });
});
