import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../../bench/population/memory-history.js';
import { exampleTransaction } from '../support/transactions.js';

const atMs = Date.UTC(2025, 10, 3, 12);
const hourMs = 3_600_000;

/** An order of the only customer of this file; `order` distinguishes it from the others. */
const orderOf = (order: number, receivedAtMs: number) => ({
  transactionId: `t${order}`,
  transaction: exampleTransaction({ orderId: String(order), source: 'store', salesRep: 'Kim Lee' }),
  receivedAtMs,
});

const idsOf = (rows: readonly { transactionId: string }[]): string[] =>
  rows.map(({ transactionId }) => transactionId);

describe('the history in memory', () => {
  it('reads earlier orders and never later ones, in whatever order they arrive', () => {
    const memory = createMemoryHistory();
    for (const [order, hour] of [3, 1, 2].entries()) {
      memory.add(orderOf(order, atMs + hour * hourMs));
    }
    // t0 arrived first, though it is dated last: its history lacks those that arrived later.
    expect(idsOf(memory.of('t0').card)).toEqual(['t0']);
    expect(idsOf(memory.of('t1').card)).toEqual(['t1']);
    expect(idsOf(memory.of('t2').card)).toEqual(['t2', 't1']);
  });

  it('gives the same history however many orders follow', () => {
    const memory = createMemoryHistory();
    memory.add(orderOf(0, atMs));
    memory.add(orderOf(1, atMs + hourMs));
    const before = memory.of('t1');
    memory.add(orderOf(2, atMs + 2 * hourMs));
    expect(memory.of('t1')).toEqual(before);
  });

  it('shows labels and reviews only to orders received after them', () => {
    const memory = createMemoryHistory();
    memory.add(orderOf(0, atMs));
    memory.label('t0', 'chargeback', atMs + 2 * hourMs);
    memory.review('t0', atMs + 2 * hourMs);
    for (const order of [1, 2, 3]) memory.add(orderOf(order, atMs + order * hourMs));
    const told = ['t1', 't2', 't3'].map((id) => {
      const { card, salesRep } = memory.of(id);
      const isFirst = ({ transactionId }: { transactionId: string }) => transactionId === 't0';
      return [card.find(isFirst)?.label, salesRep.find(isFirst)?.wasReviewed];
    });
    expect(told).toEqual([
      [null, false],
      ['chargeback', true],
      ['chargeback', true],
    ]);
  });

  it('returns the latest two hundred orders of a subject and no more', () => {
    const memory = createMemoryHistory();
    for (let order = 0; order < 250; order += 1) memory.add(orderOf(order, atMs + order * 1000));
    const { card } = memory.of('t249');
    expect(card).toHaveLength(200);
    expect([card[0]?.transactionId, card.at(-1)?.transactionId]).toEqual(['t249', 't50']);
  });

  it("has a banner's high percentile from the day after a thousand orders", () => {
    const memory = createMemoryHistory();
    for (let order = 0; order < 1000; order += 1) memory.add(orderOf(order, atMs + order));
    memory.add(orderOf(1000, atMs + 24 * hourMs));
    memory.add(orderOf(1001, atMs + 32 * 24 * hourMs));
    const p99 = ['t999', 't1000', 't1001'].map((id) => memory.of(id).bannerP99);
    expect(p99).toEqual([null, 187.45, null]);
  });

  it('refuses an order that was not added', () => {
    expect(() => createMemoryHistory().of('t1')).toThrow(RangeError);
  });
});
