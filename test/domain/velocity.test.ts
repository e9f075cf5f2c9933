import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFacts } from '../../domain/facts/catalogue.js';
import { type History, type HistoryRow, noHistory } from '../../domain/history.js';
import { exampleSettings } from '../support/rules.js';
import { exampleReceivedAtMs, exampleTransaction } from '../support/transactions.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const row = (changes: Partial<HistoryRow> = {}): HistoryRow => ({
  transactionId: 'tx-own',
  position: 1000,
  receivedAtMs: exampleReceivedAtMs,
  order: 'own',
  card: 'card-own',
  email: 'email-own',
  account: 'account-own',
  device: 'device-own',
  last4: '1111',
  billingPostal: 'postal-own',
  amount: 187.45,
  authorizedAmount: 187.45,
  goods: 'goods-own',
  name: 'name-own',
  ...changes,
});

let next = 0;
/** An earlier order of somebody else, unless it is said to share something. */
const earlier = (ageMs: number, changes: Partial<HistoryRow> = {}): HistoryRow => {
  next += 1;
  const id = String(next);
  return row({
    transactionId: `tx${id}`,
    position: next,
    receivedAtMs: exampleReceivedAtMs - ageMs,
    order: `order${id}`,
    card: `card${id}`,
    email: `email${id}`,
    account: `account${id}`,
    device: `device${id}`,
    last4: id.padStart(4, '0'),
    billingPostal: `postal${id}`,
    name: `name${id}`,
    goods: `goods${id}`,
    ...changes,
  });
};

const all = (rows: readonly HistoryRow[]): History => {
  const kinds = Object.keys(noHistory) as (keyof History)[];
  return Object.fromEntries(kinds.map((kind) => [kind, rows])) as Record<
    keyof History,
    readonly HistoryRow[]
  >;
};

const factsOf = (history: History) =>
  readFacts({
    transaction: exampleTransaction(),
    settings: exampleSettings(),
    receivedAtMs: exampleReceivedAtMs,
    history,
  });

const factOf = (history: History, name: string): unknown => {
  const [group = '', fact = ''] = name.split('.');
  return factsOf(history)[group]?.[fact];
};

describe('what is counted over earlier orders', () => {
  it.each([
    ['byCard.orders1h', hourMs],
    ['byCard.orders24h', dayMs],
    ['byCard.emails7d', 7 * dayMs],
    ['byCard.emails14d', 14 * dayMs],
    ['byEmail.cards24h', dayMs],
    ['byEmail.cards14d', 14 * dayMs],
    ['byAccount.cards24h', dayMs],
    ['byAccount.cards14d', 14 * dayMs],
    ['byIp.orders1h', hourMs],
    ['byIp.cards1h', hourMs],
    ['byIp.postals24h', dayMs],
    ['byIp.emails24h', dayMs],
    ['byDevice.cards24h', dayMs],
    ['byDevice.accounts7d', 7 * dayMs],
    ['byAddress.cards7d', 7 * dayMs],
    ['byAddress.names7d', 7 * dayMs],
    ['byBin.orders1h', hourMs],
    ['byBin.cards1h', hourMs],
  ])(
    '%s counts the order itself, and an older one until it is as old as the window',
    (name, ms) => {
      expect(factOf(all([row()]), name)).toBe(1);
      expect(factOf(all([row(), earlier(ms - 1)]), name)).toBe(2);
      expect(factOf(all([row(), earlier(ms)]), name)).toBe(1);
    },
  );

  it('is nothing where there is no history', () => {
    for (const group of ['byCard', 'byEmail', 'byAccount', 'byIp', 'byAddress', 'byBin']) {
      const facts = factsOf(noHistory)[group] ?? {};
      expect(Object.values(facts).every((value) => value === 0 || value === false)).toBe(true);
    }
  });

  it('takes the shipment groups of one order for one order', () => {
    const groups = [row(), earlier(5, { order: 'own' }), earlier(6, { order: 'own' })];
    expect(factOf(all(groups), 'byCard.orders1h')).toBe(1);
  });

  it('does not count what an order lacks', () => {
    const bare = earlier(5, { email: null, account: null, billingPostal: null, name: null });
    const facts = factsOf(all([row(), bare]));
    expect(facts['byIp']).toMatchObject({ emails24h: 1, postals24h: 1, orders1h: 2 });
    expect(facts['byDevice']).toMatchObject({ accounts7d: 1 });
    expect(facts['byAddress']).toMatchObject({ names7d: 1 });
  });
});

describe('what is compared with earlier orders', () => {
  it('a mailbox and card are first together until they have ordered together', () => {
    const name = 'history.isFirstForEmailAndCard';
    expect(factOf(all([row()]), name)).toBe(true);
    expect(factOf(all([row(), earlier(dayMs, { card: 'card-own' })]), name)).toBe(true);
    const together = { card: 'card-own', email: 'email-own' };
    expect(factOf(all([row(), earlier(dayMs, together)]), name)).toBe(false);
    expect(factOf(all([row({ email: null })]), name)).toBe(false);
  });

  it.each([
    ['card', { card: 'card-own' }],
    ['mailbox', { email: 'email-own' }],
    ['account', { account: 'account-own' }],
  ])('a place is not new that was shipped to for the same %s', (_what, shared) => {
    const name = 'byAddress.isNew';
    expect(factOf(all([row(), earlier(dayMs)]), name)).toBe(true);
    expect(factOf(all([row(), earlier(dayMs, shared)]), name)).toBe(false);
    expect(factOf(all([row(), earlier(dayMs, { ...shared, order: 'own' })]), name)).toBe(true);
  });

  it('a repeat has the same card, total and goods within 15 minutes', () => {
    const same = { amount: 187.45, goods: 'goods-own' };
    const count = (...rows: HistoryRow[]) => factOf(all([row(), ...rows]), 'history.repeats15m');
    expect(count(earlier(15 * 60_000 - 1, same))).toBe(1);
    expect(count(earlier(15 * 60_000, same))).toBe(0);
    expect(count(earlier(1, { ...same, amount: 187.46 }), earlier(1, { amount: 187.45 }))).toBe(0);
  });

  it('tries are orders of at most 5.00', () => {
    const tries = [row({ authorizedAmount: 5 }), earlier(1, { authorizedAmount: 1 })];
    expect(factOf(all([...tries, earlier(1)]), 'history.tries1h')).toBe(2);
    expect(factOf(all([row({ authorizedAmount: 5.01 })]), 'history.tries1h')).toBe(0);
  });

  it('the mean is over earlier orders of the account alone', () => {
    const history = all([row(), earlier(dayMs, { amount: 10 }), earlier(dayMs, { amount: 30 })]);
    expect(factOf(history, 'byAccount.earlierMean180d')).toBe(20);
    expect(factOf(history, 'byAccount.earlierOrders180d')).toBe(2);
    expect(factOf(all([row()]), 'byAccount.earlierMean180d')).toBe(0);
  });
});

describe('against a naive oracle', () => {
  it('counts are what a reader would count by hand, in whatever order the rows come', () => {
    const event = fc.record({
      ageMs: fc.oneof(
        fc.constantFrom(0, hourMs - 1, hourMs, dayMs - 1, dayMs, 14 * dayMs),
        fc.integer({ min: 0, max: 15 * dayMs }),
      ),
      order: fc.constantFrom('own', 'a', 'b', 'c'),
      card: fc.constantFrom('card-own', 'x', 'y'),
      email: fc.constantFrom('email-own', 'm', null),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const rows = [row(), ...events.map(({ ageMs, ...rest }) => earlier(ageMs, rest))];
        const young = (ms: number) => [
          { order: 'own', card: 'card-own', email: 'email-own' },
          ...events.filter(({ ageMs }) => ageMs < ms),
        ];
        const distinct = (values: readonly (string | null)[]): number =>
          [...new Set(values)].filter(Boolean).length;
        const facts = factsOf(all(rows.toReversed()));
        expect(facts['byCard']).toEqual({
          orders1h: distinct(young(hourMs).map(({ order }) => order)),
          orders24h: distinct(young(dayMs).map(({ order }) => order)),
          emails7d: distinct(young(7 * dayMs).map(({ email }) => email)),
          emails14d: distinct(young(14 * dayMs).map(({ email }) => email)),
        });
        expect(facts['byEmail']).toEqual({
          cards24h: distinct(young(dayMs).map(({ card }) => card)),
          cards14d: distinct(young(14 * dayMs).map(({ card }) => card)),
        });
      }),
    );
  });
});
