import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { factGroups, needsOf, readFacts } from '../../domain/facts/catalogue.js';
import type { FactSource } from '../../domain/facts/fact-group.js';
import { type History, type HistoryRow, noHistory } from '../../domain/history.js';
import { noLookups } from '../../domain/lookups.js';
import { exampleSettings } from '../support/rules.js';
import {
  exampleReceivedAtMs,
  exampleTransaction,
  type Overrides,
} from '../support/transactions.js';
import { all, earlier, only, row } from './history-rows.js';

const settings = exampleSettings();

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const sourceOf = (
  history: History | undefined,
  overrides: Overrides<Transaction> = {},
): FactSource => ({
  transaction: exampleTransaction(overrides),
  settings,
  receivedAtMs: exampleReceivedAtMs,
  lookups: noLookups,
  history,
  listings: undefined,
  evidence: undefined,
});

const factsOf = (history: History, overrides: Overrides<Transaction> = {}) =>
  readFacts(sourceOf(history, overrides));

const factOf = (history: History, name: string): unknown => {
  const [group = '', fact = ''] = name.split('.');
  return factsOf(history)[group]?.[fact];
};

describe('what is counted over earlier orders', () => {
  it.each([
    ['byCard.orders10m', hourMs / 6],
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
    const facts = factsOf(noHistory);
    const groups = Object.entries(factGroups).filter(([, { needs }]) => needs.includes('history'));
    const values = groups.flatMap(([group]) => Object.entries(facts[group] ?? {}));
    // Beyond every limit is what is not known; -1 is no age. The example names its device.
    const nothing: ReadonlySet<unknown> = new Set([0, false, -1, 1_000_000_000]);
    expect(values.filter(([, value]) => !nothing.has(value))).toEqual([['given', true]]);
  });

  it('counts the shipment groups of one order as one order', () => {
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

describe('a place that an order ships to', () => {
  it('has its own people and cards: presents for three people at three places are not three at one', () => {
    const at = (place: string, name: string, card = 'card-own') => row({ place, name, card });
    const presents = [at('a', 'Ann'), at('b', 'Ben'), at('c', 'Cleo')];
    expect(factOf(only({ address: presents }), 'byAddress.names7d')).toBe(1);
    const shared = [...presents, at('b', 'Bea', 'card2'), at('b', 'Bob', 'card3')];
    expect(factOf(only({ address: shared }), 'byAddress.names7d')).toBe(3);
    expect(factOf(only({ address: shared }), 'byAddress.cards7d')).toBe(3);
  });

  it('has payers of before whom nobody has complained about, until one order is a fraud', () => {
    const quietOf = (rows: readonly HistoryRow[], places = ['place-own']) => {
      const own = places.map((place) => row({ place }));
      return factOf(only({ address: [...own, ...rows] }), 'byAddress.quietPayers180d');
    };
    const old = (changes: Partial<HistoryRow> = {}) => earlier(90 * dayMs + 1, changes);
    expect(quietOf([old(), old()])).toBe(2);
    expect(quietOf([old({ billingPostal: 'one' }), old({ billingPostal: 'one' })])).toBe(1);
    expect(quietOf([earlier(90 * dayMs), old({ wasRejected: true })])).toBe(0);
    expect(quietOf([old({ label: 'dispute' }), earlier(1, { label: 'good' })])).toBe(1);
    expect(quietOf([old(), old(), earlier(1, { label: 'chargeback' })])).toBe(0);
    expect(quietOf([old({ order: 'own' })])).toBe(0);
    // The least known of several places; of one place, rows under an earlier key count too.
    expect(quietOf([old({ place: 'a' }), old({ place: 'a' })], ['a', 'b'])).toBe(0);
    expect(quietOf([old({ place: 'place-as-it-was' })])).toBe(1);
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

  it('an order with a known place and an unknown one has a new place', () => {
    const name = 'byAddress.isNew';
    const known = (place: string) => earlier(dayMs, { card: 'card-own', place });
    const two = [row({ place: 'home' }), row({ place: 'other' })];
    expect(factOf(all([...two, known('home')]), name)).toBe(true);
    expect(factOf(all([...two, known('home'), known('other')]), name)).toBe(false);
    // Found by its hash under an earlier key.
    expect(factOf(all([row({ place: 'home' }), known('home-as-it-was')]), name)).toBe(false);
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

describe('what is counted of the customer', () => {
  const orders = 'byCustomer.earlierOrders180d';
  const mean = 'byCustomer.earlierMean180d';

  it('is of the account, and of the mailbox where there is none', () => {
    const account = [row(), earlier(dayMs, { amount: 10 }), earlier(dayMs, { amount: 20 })];
    const email = [row(), earlier(dayMs, { amount: 90 })];
    expect(factOf(only({ account, email }), orders)).toBe(2);
    expect(factOf(only({ account, email }), mean)).toBe(15);
    const guest = only({ card: [row({ account: null })], account, email });
    expect([factOf(guest, orders), factOf(guest, mean)]).toEqual([1, 90]);
  });

  it('uses the highest total of an order that has several shipment groups', () => {
    const split = { order: 'split', amount: 100 };
    const account = [row(), earlier(5, split), earlier(6, { ...split, amount: 60 })];
    expect(factOf(only({ account }), mean)).toBe(100);
    expect(factOf(only({ account }), orders)).toBe(1);
  });
});

describe('what 99 of 100 orders of the banner do not exceed', () => {
  const name = 'history.bannerP99';

  it('is higher than any order while it is unknown, or in another currency', () => {
    expect(factOf({ ...noHistory, bannerP99: 900.5 }, name)).toBe(900.5);
    expect(factOf(noHistory, name)).toBe(1_000_000_000);
    const facts = factsOf({ ...noHistory, bannerP99: 900.5 }, { currencyCode: 'CAD' });
    expect(facts['history']?.['bannerP99']).toBe(1_000_000_000);
  });
});

describe('the sum on a card', () => {
  it('is of 10 minutes, the order itself with it, and exact', () => {
    const rows = [row({ amount: 0.1 }), earlier(1, { amount: 0.2 }), earlier(hourMs / 6)];
    expect(factOf(all(rows), 'byCard.sum10m')).toBe(0.3);
  });
});

describe('orders that used the same promotion code', () => {
  const name = 'history.sameCode30d';
  const same = { promotions: ['code-own'] };

  it('are those of card, device or place with most of them, within 30 days', () => {
    const own = row();
    const used = () => earlier(30 * dayMs - 1, same);
    const card = [own, used(), earlier(30 * dayMs, same), earlier(1)];
    expect(factOf(only({ card }), name)).toBe(2);
    expect(factOf(only({ card, device: [own, used(), used()] }), name)).toBe(3);
    expect(factOf(only({ card, address: [own, used(), used(), used()] }), name)).toBe(4);
    expect(factOf(only({ card, email: [own, used(), used(), used()] }), name)).toBe(2);
  });

  it('are none where the order has no code', () => {
    const card = [row({ promotions: [] }), earlier(1, { promotions: [] })];
    expect(factOf(only({ card }), name)).toBe(0);
  });

  it('are counted for each code by itself', () => {
    const own = row({ promotions: ['a', 'b'] });
    const card = [own, earlier(1, { promotions: ['a'] }), earlier(1, { promotions: ['b'] })];
    expect(factOf(only({ card }), name)).toBe(2);
  });
});

describe('orders of a sales person', () => {
  it('count when they were answered with review, the order itself never', () => {
    const reviewed = { wasReviewed: true };
    const salesRep = [row(), earlier(7 * dayMs - 1, reviewed), earlier(7 * dayMs, reviewed)];
    expect(factOf(only({ salesRep: [...salesRep, earlier(1)] }), 'bySalesRep.reviewed7d')).toBe(1);
  });
});

describe('links to orders with a known outcome', () => {
  it.each(['fraud', 'chargeback', 'refunded_as_fraud'] as const)(
    'count an order labelled %s by card, mailbox, device or place for 180 days, and once',
    (label) => {
      const name = 'links.fraud180d';
      const bad = earlier(180 * dayMs - 1, { label });
      for (const kind of ['card', 'email', 'device', 'address'] as const) {
        expect(factOf(only({ card: [row()], [kind]: [row(), bad] }), name)).toBe(1);
      }
      expect(factOf(all([row(), bad]), name)).toBe(1);
      expect(factOf(all([row(), earlier(180 * dayMs, { label })]), name)).toBe(0);
      expect(factOf(only({ ip: [bad], account: [bad], bin: [bad] }), name)).toBe(0);
      const byMeans = (kind: 'card' | 'email' | 'device' | 'address') =>
        factOf(only({ [kind]: [row(), bad] }), 'links.fraudByMeans180d');
      expect([byMeans('device'), byMeans('address')]).toEqual([1, 1]);
      expect([byMeans('card'), byMeans('email')]).toEqual([0, 0]);
    },
  );

  it('do not count an order that is labelled good or not at all', () => {
    const rows = [row(), earlier(1, { label: 'good' }), earlier(1)];
    expect(factOf(all(rows), 'links.fraud180d')).toBe(0);
  });

  it('are known good when card and place are the same, and labelled good or silent for 90 days', () => {
    const count = (ageMs: number, changes: Partial<HistoryRow>) =>
      factOf(only({ address: [row(), earlier(ageMs, changes)] }), 'links.good180d');
    const same = { card: 'card-own' };
    expect(count(90 * dayMs + 1, same)).toBe(1);
    expect(count(90 * dayMs, same)).toBe(0);
    expect(count(180 * dayMs - 1, { ...same, label: 'good' })).toBe(1);
    expect(count(1, { ...same, label: 'good' })).toBe(1);
    expect(count(1, { ...same, label: 'good', order: 'own' })).toBe(0);
    expect(count(180 * dayMs, { ...same, label: 'good' })).toBe(0);
    expect(count(180 * dayMs, same)).toBe(0);
    expect(count(91 * dayMs, { ...same, label: 'chargeback' })).toBe(0);
    expect(count(91 * dayMs, {})).toBe(0);
  });
});

describe('what was not loaded', () => {
  it('is absent and never zero', () => {
    const facts = readFacts(sourceOf(undefined));
    expect(Object.keys(facts)).toEqual(
      Object.keys(factGroups).filter((name) => factGroups[name]?.needs.length === 0),
    );
  });

  it('follows from the facts that are read', () => {
    expect(needsOf(['tx.banner', 'ip.country', 'nothing.known'])).toEqual(new Set());
    expect(needsOf(['tx.banner', 'byCard.orders1h', 'links.fraud180d'])).toEqual(
      new Set(['history']),
    );
    expect(needsOf(['lists.blocked', 'evidence.aifiPoints'])).toEqual(
      new Set(['listings', 'evidence']),
    );
  });
});

describe('the orders that a fact counted', () => {
  const countedOf = (name: string, source: FactSource) => {
    const [group = '', fact = ''] = name.split('.');
    return factGroups[group]?.counted?.(fact, source);
  };

  it('are exactly those that the fact counted, with their window', () => {
    const near = earlier(1, { email: 'm', authorizedAmount: 1 });
    const rows = [row(), near, earlier(25 * hourMs)];
    const source = sourceOf(all(rows));
    expect(countedOf('byCard.orders24h', source)).toEqual({ window: '24h', rows: [row(), near] });
    expect(countedOf('byCard.emails14d', source)).toEqual({ window: '14d', rows });
    expect(countedOf('history.tries1h', source)).toEqual({ window: '1h', rows: [near] });
    expect(countedOf('history.bannerP99', source)).toBeUndefined();
    expect(countedOf('byAddress.isNew', source)).toBeUndefined();
    expect(countedOf('byCard.constructor', source)).toBeUndefined();
  });

  it('are as many as the fact says, for every fact that counts orders', () => {
    const source = sourceOf(all([row(), earlier(1), earlier(2), earlier(3 * dayMs)]));
    const facts = readFacts(source);
    for (const [group, { specs, counted }] of Object.entries(factGroups)) {
      for (const fact of Object.keys(specs).filter((name) => name.startsWith('orders'))) {
        const rows = counted?.(fact, source)?.rows ?? [];
        expect([fact, new Set(rows.map(({ order }) => order)).size]).toEqual([
          fact,
          facts[group]?.[fact],
        ]);
      }
    }
  });
});

const sumOfHighest = (rows: readonly { order: string; amount: number }[]): number =>
  [...new Set(rows.map(({ order }) => order))]
    .map((order) => Math.max(...rows.filter((one) => one.order === order).map((r) => r.amount)))
    .reduce((sum, amount) => sum + amount, 0);

describe('against a naive oracle', () => {
  it('counts are what a reader would count by hand, in whatever order the rows come', () => {
    const event = fc.record({
      ageMs: fc.oneof(
        fc.constantFrom(0, hourMs / 6, hourMs - 1, hourMs, dayMs - 1, dayMs, 14 * dayMs),
        fc.constantFrom(7 * dayMs, 30 * dayMs, 90 * dayMs, 90 * dayMs + 1, 180 * dayMs),
        fc.integer({ min: 0, max: 15 * dayMs }),
        fc.integer({ min: 0, max: 200 * dayMs }),
      ),
      order: fc.constantFrom('own', 'a', 'b', 'c'),
      card: fc.constantFrom('card-own', 'x', 'y'),
      email: fc.constantFrom('email-own', 'm', null),
      amount: fc.integer({ min: 0, max: 100_000 }).map((cents) => cents / 100),
      label: fc.constantFrom(null, 'good' as const, 'fraud' as const, 'chargeback' as const),
      wasReviewed: fc.boolean(),
      promotions: fc.subarray(['code-own', 'code-else']),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const rows = [row(), ...events.map(({ ageMs, ...rest }) => earlier(ageMs, rest))];
        const young = (ms: number) => [
          { order: 'own', card: 'card-own', email: 'email-own', amount: 187.45 },
          ...events.filter(({ ageMs }) => ageMs < ms),
        ];
        const distinct = (values: readonly (string | null)[]): number =>
          [...new Set(values)].filter(Boolean).length;
        const facts = factsOf(all(rows.toReversed()));
        const sudden = young(hourMs / 6);
        expect(facts['byCard']).toEqual({
          orders1h: distinct(young(hourMs).map(({ order }) => order)),
          orders24h: distinct(young(dayMs).map(({ order }) => order)),
          emails7d: distinct(young(7 * dayMs).map(({ email }) => email)),
          emails14d: distinct(young(14 * dayMs).map(({ email }) => email)),
          orders10m: distinct(sudden.map(({ order }) => order)),
          sum10m: expect.closeTo(sumOfHighest(sudden), 6),
        });
        expect(facts['byEmail']).toEqual({
          cards24h: distinct(young(dayMs).map(({ card }) => card)),
          cards14d: distinct(young(14 * dayMs).map(({ card }) => card)),
        });
        const isBad = ({ label }: { label: unknown }) => label !== null && label !== 'good';
        const isGood = (one: (typeof events)[number]) =>
          one.card === 'card-own' &&
          one.order !== 'own' &&
          (one.label === 'good' || (one.ageMs > 90 * dayMs && !isBad(one)));
        const within180 = events.filter(({ ageMs }) => ageMs < 180 * dayMs);
        expect(facts['links']).toEqual({
          // Every row has an account of its own.
          otherAccounts30d: events.filter(({ ageMs }) => ageMs < 30 * dayMs).length,
          fraud180d: distinct(within180.filter(isBad).map(({ order }) => order)),
          fraudByMeans180d: distinct(within180.filter(isBad).map(({ order }) => order)),
          good180d: distinct(within180.filter(isGood).map(({ order }) => order)),
        });
        const reviewed = events.filter((one) => one.wasReviewed && one.ageMs < 7 * dayMs);
        expect(facts['bySalesRep']).toEqual({
          reviewed7d: distinct(reviewed.map(({ order }) => order)),
        });
        const month = events.filter(({ ageMs }) => ageMs < 30 * dayMs);
        const coded = month.filter(({ promotions }) => promotions.includes('code-own'));
        expect(facts['history']).toMatchObject({
          sameCode30d: distinct(['own', ...coded.map(({ order }) => order)]),
        });
        const past = within180.filter(({ order }) => order !== 'own');
        const orders = distinct(past.map(({ order }) => order));
        expect(facts['byCustomer']).toMatchObject({
          earlierOrders180d: orders,
          earlierMean180d: expect.closeTo(orders === 0 ? 0 : sumOfHighest(past) / orders, 6),
        });
      }),
    );
  });
});
