import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../../contracts/hbc/transaction.js';
import { byStoreFacts } from '../../../domain/facts/by-store.js';
import { readFacts } from '../../../domain/facts/catalogue.js';
import { type HistoryRow, type UsualTraffic } from '../../../domain/history.js';
import { storeOf } from '../../../domain/store-of.js';
import { exampleItems, exampleTransaction, type Overrides } from '../../support/transactions.js';
import { earlier, only, row } from '../history-rows.js';
import { exampleSource } from './example-source.js';
import { type Known, knownLedger } from './rule-case.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const month: UsualTraffic = {
  ...{ orders: 200, unmatched: 20, guests: 80, busiestHour: 2, busiestDay: 12 },
};
const guest = { account: null };
const unmatched = { avsCode: 'G' };

const others = (count: number, changes: Partial<HistoryRow> = {}): HistoryRow[] =>
  Array.from({ length: count }, (_, index) => earlier((index + 1) * minuteMs, changes));

const at = (
  own: Partial<HistoryRow>,
  rows: readonly HistoryRow[],
  store: UsualTraffic | null = month,
): Known => ({
  history: only({
    card: [row(own)],
    store: [row(own), ...rows],
    usual: { bin: null, ip: null, store },
  }),
});

const pickup = { items: exampleItems({ shippingMethod: 'Pick up in store' }) };
const ofGuest: Overrides<Transaction> = {
  ...{ ...pickup, customer: { customerType: 'guest', accountId: '' } },
};

describe('a run on one store', () => {
  const guests = (count: number, changes: Partial<HistoryRow> = {}) =>
    at(guest, others(count - 1, { ...guest, ...changes }));
  knownLedger('R63', [
    ['seven guests in an hour', guests(7), undefined, ofGuest],
    ['eight', guests(8), 35, ofGuest],
    [
      'five guests, three of them unmatched',
      at(guest, [...others(1, guest), ...others(3, { ...guest, ...unmatched })]),
      35,
      ofGuest,
    ],
    [
      'a sale: as many accounts as usual',
      at(guest, [...others(16, guest), ...others(14)]),
      undefined,
      ofGuest,
    ],
    [
      'twice the busiest hour',
      at(guest, others(7, guest), { ...month, busiestHour: 4 }),
      undefined,
      ofGuest,
    ],
    [
      'a store of which nothing is usual',
      at(guest, others(30, { ...guest, ...unmatched }), null),
      undefined,
      ofGuest,
    ],
    [
      'a store whose guests an earlier version did not count',
      at(guest, others(7, guest), { ...month, guests: null }),
      undefined,
      ofGuest,
    ],
    ['an old account amid them', at({}, others(11, guest)), undefined, pickup],
    [
      'an account of yesterday',
      at({}, others(11, guest)),
      35,
      { ...pickup, customer: { creationDate: '2026-11-20' } },
    ],
    [
      'an hour ago',
      at(guest, others(7, { ...guest, receivedAtMs: row().receivedAtMs - 60 * minuteMs })),
      undefined,
      ofGuest,
    ],
  ]);

  it('surprises more with each guest and each unmatched order, less where these are usual', () => {
    const read = (rows: readonly HistoryRow[], usual: UsualTraffic) => {
      const { history } = at(guest, rows, usual);
      if (history === undefined) throw new Error('there is no history');
      const facts = readFacts({ ...exampleSource(), history }, { byStore: byStoreFacts });
      const { guestSurprise1h, unmatchedSurprise1h } = facts['byStore'] as Record<string, number>;
      return (guestSurprise1h ?? -1) + (unmatchedSurprise1h ?? -1);
    };
    const amount = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(amount, amount, amount, (some, members, usual) => {
        const rows = [...others(some, guest), ...others(members)];
        const traffic = { ...month, guests: usual };
        const surprise = read(rows, traffic);
        expect(read([...rows, ...others(1, guest)], traffic)).toBeGreaterThanOrEqual(surprise);
        expect(read([...rows, ...others(1)], traffic)).toBeLessThanOrEqual(surprise);
        expect(read(rows, { ...traffic, guests: usual + 40 })).toBeLessThanOrEqual(surprise);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the counter of a store, where strangers collect', () => {
  const fraud = { label: 'chargeback', place: 'place-own' } as const;
  const place = (rows: readonly HistoryRow[]): Known => ({
    history: only({ address: [row(), ...rows] }),
  });
  const frauds = place([earlier(30 * dayMs, fraud)]);
  const mixed = { items: [...exampleItems({}), ...pickup.items] };
  knownLedger('R46', [
    ['a fraud of a stranger at the place', frauds, 60],
    ['and all is collected', frauds, undefined, pickup],
    ['and one of two lines is collected', frauds, 60, mixed],
    [
      'a fraud of the same mailbox',
      place([earlier(30 * dayMs, { ...fraud, email: 'email-own' })]),
      60,
      pickup,
    ],
  ]);
  const cards = place(others(2, { place: 'place-own' }));
  knownLedger('R36', [
    ['three cards for the place', cards, 25],
    ['three cards, and all is collected', cards, undefined, pickup],
    ['three cards, and one of two lines is collected', cards, 25, mixed],
  ]);
});

describe('the store of an order', () => {
  const of = (overrides: Overrides<Transaction>) =>
    storeOf(exampleTransaction({ banner: 's5a', storeNumber: 612, ...overrides }));
  it('is where the goods are handed over, each banner for itself, tills and counter apart', () => {
    expect(of({ source: 'web' })).toBeUndefined();
    expect(of({ source: 'phone' })).toBeUndefined();
    expect(of({ source: 'Store' })).toBe('s5a:612:till');
    expect(of({ source: 'store', ...pickup })).toBe('s5a:612:till');
    expect(of({ source: 'web', ...pickup })).toBe('s5a:612:pickup');
    expect(of({ source: 'web', ...pickup, banner: 'lat' })).toBe('lat:612:pickup');
  });
});
