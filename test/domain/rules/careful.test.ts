import { describe } from 'vitest';
import type { Transaction } from '../../../contracts/hbc/transaction.js';
import type { HistoryRow } from '../../../domain/history.js';
import { exampleItems, exampleTransaction, type Overrides } from '../../support/transactions.js';
import { earlier, only, row } from '../history-rows.js';
import { type Known, knownLedger } from './rule-case.js';

const dayMs = 24 * 3_600_000;

const ofAccount = (days: number, changes: Partial<HistoryRow> = {}): HistoryRow =>
  earlier(days * dayMs, { account: 'account-own', place: 'elsewhere', ...changes });

const customer = (...rows: HistoryRow[]): Known => ({
  history: only({
    account: [row(), ...rows],
    address: [row(), ...rows.filter((one) => one.place === 'place-own')],
  }),
});

describe('a thief who waits in an account', () => {
  const mailbox = { email: 'email-own' };
  const theirs = { device: 'telephone', ip: 'home', ...mailbox };
  const thiefs = { device: 'device-own', ip: 'ip-own', ...mailbox };
  const habit = [ofAccount(90, theirs), ofAccount(70, theirs)];
  const warm = ofAccount(20, thiefs);
  knownLedger('R51', [
    ['another device and network for 20 days', customer(...habit, warm), 40],
    [
      'linked through an order from a third network',
      customer(
        ...habit,
        ofAccount(20, { ...mailbox, device: 'third', ip: 'ip-own' }),
        ofAccount(10, { ...mailbox, device: 'third', ip: 'fourth' }),
      ),
      40,
    ],
    [
      'the new telephone on the old network',
      customer(...habit, { ...warm, ip: 'home' }),
      undefined,
    ],
    [
      'the new telephone carried home',
      customer(...habit, warm, ofAccount(10, { ...theirs, device: 'device-own' })),
      undefined,
    ],
    [
      'to a place of before',
      customer(...habit, warm, ofAccount(60, { ...theirs, place: 'place-own' })),
      undefined,
    ],
    [
      'to a place that only the new device has used',
      customer(...habit, { ...warm, place: 'place-own' }),
      40,
    ],
    ['for more than 60 days', customer(...habit, ofAccount(61, thiefs)), undefined],
  ]);
  knownLedger('R51', [
    ['one odd order before is no habit', customer(ofAccount(90, theirs), warm), undefined],
    [
      'fewer orders before than since',
      customer(...habit, warm, ofAccount(19, thiefs), ofAccount(18, thiefs)),
      undefined,
    ],
  ]);
});

describe('a sleeper, whom the account has made familiar', () => {
  const own = { device: 'device-own', ip: 'ip-own', email: 'email-own', place: 'place-own' };
  const sleeper = (changes: Partial<HistoryRow> = {}): Known =>
    customer(ofAccount(60, { ...own, ...changes }));
  const billed = { name: 'Kim Lee', zip: '94110', state: 'CA' };
  const stolen = (orderTotal: number, changes: Overrides<Transaction> = {}) => ({
    ...{ orderTotal, creditCard: { nameOnCard: 'Kim Lee', billingAddress: billed } },
    items: exampleItems({ shippingAddress: { name: 'Kim Lee' } }),
    ...changes,
  });
  const [forCustomer, guest] = [{ items: exampleItems({}) }, { customerType: 'guest' } as const];
  knownLedger('R62', [
    ['a stranger pays 100 for the own parcel', sleeper(), 30, stolen(100)],
    ['99.99', sleeper(), undefined, stolen(99.99)],
    ['of a known card', sleeper({ card: 'card-own' }), undefined, stolen(100)],
    ['with a known bill', sleeper({ billingPostal: 'postal-own' }), undefined, stolen(100)],
    ['for the customer', sleeper(), undefined, stolen(100, forCustomer)],
    ['for a guest', sleeper(), undefined, stolen(100, { customer: guest })],
    ['for a new customer', {}, undefined, stolen(100)],
    [
      'to the own home',
      sleeper(),
      undefined,
      stolen(100, { items: exampleItems({ shippingAddress: billed }) }),
    ],
    ['of the same name', sleeper(), undefined, { orderTotal: 100 }],
    ['in another currency', sleeper(), undefined, stolen(100, { currencyCode: 'CAD' })],
  ]);
  knownLedger('R52', [
    ["does not trust a stranger's card for a parcel of its own", sleeper(), undefined, stolen(99)],
    ['device alone', sleeper({ ip: 'x', place: 'x' }), undefined, stolen(99)],
    ['trusts the customer, whoever pays', sleeper(), -20, stolen(99, forCustomer)],
    ['trusts a known card', sleeper({ card: 'card-own' }), -20, stolen(99)],
    ['trusts a known bill', sleeper({ billingPostal: 'postal-own' }), -20, stolen(99)],
  ]);
});

describe('presents of many for one door', () => {
  const paid = (names: readonly string[]): Known => ({
    history: only({
      address: [row(), ...names.map((name) => earlier(dayMs, { place: 'place-own', name }))],
    }),
  });
  const couple = paid(['name-own', 'partner']);
  const present = (changes: Overrides<Transaction['items'][number]> = {}) => ({
    items: exampleItems({ shippingAddress: { name: 'Kim Lee' }, ...changes }),
  });
  knownLedger('R36', [
    ['three payers for their own name', couple, 25],
    ['three payers for another name', couple, 10, present()],
    ['two payers', paid(['name-own']), undefined, present()],
    ['a third name at the door', paid(['partner', 'third']), 25, present()],
    ['for 300', couple, 25, { ...present(), orderTotal: 300 }],
    ['in another currency', couple, 25, { ...present(), currencyCode: 'CAD' }],
    ['goods that resell', couple, 25, present({ description: 'Drone', extendedPrice: 100 })],
    ['gift cards', couple, 25, present({ description: 'Gift card' })],
  ]);
});

describe('a place where strangers fetch parcels', () => {
  const at = (days: number, changes: Partial<HistoryRow> = {}) =>
    earlier(days * dayMs, { place: 'place-own', ...changes });
  const busy = [at(1), at(2)];
  const quiet = (count: number, changes: Partial<HistoryRow> = {}) =>
    Array.from({ length: count }, () => at(91, changes));
  const place = (...rows: HistoryRow[]): Known => ({
    history: only({ address: [row(), ...busy, ...rows] }),
  });
  knownLedger('R36', [
    ['four payers of long ago', place(...quiet(4)), undefined],
    ['three payers of long ago', place(...quiet(3)), 25],
    ['four of yesterday', place(...quiet(4, { receivedAtMs: at(1).receivedAtMs })), 25],
    ['one of them reported fraud since', place(...quiet(5), at(20, { label: 'chargeback' })), 25],
  ]);
});

describe('one promotion code of many for one door', () => {
  const code = { promotions: ['code-own'], place: 'place-own', name: 'name-own' };
  const used = (changes: Partial<HistoryRow> = {}) => earlier(dayMs, { ...code, ...changes });
  const known = (rows: readonly HistoryRow[], kind: 'address' | 'device' | 'card' = 'address') => ({
    history: only({ address: [row(), used(), used()], [kind]: [row(), ...rows] }),
  });
  const own = { promos: [{ promotionCode: 'FALL', promotionAmount: 1 }] };
  const present = { ...own, items: exampleItems({ shippingAddress: { name: 'Kim Lee' } }) };
  const guests = [used(), used()];
  knownLedger('R41', [
    ['for the own name', known(guests), 20, own],
    ['presents', known(guests), undefined, present],
    ['to a third name', known([used(), used({ name: 'b' }), used({ name: 'c' })]), 20, present],
    ['from one machine', known(guests, 'device'), 20, present],
    ['with one card', known(guests, 'card'), 20, present],
  ]);
});

describe('parcels of many payers to one house', () => {
  const postals = (count: number, days = 59): Known => ({
    history: only({
      house: [row(), ...Array.from({ length: count - 1 }, () => earlier(days * dayMs, here))],
    }),
  });
  const here = { place: 'place-own' };
  const sent = (changes: Overrides<Transaction['items'][number]>): Overrides<Transaction> => ({
    items: exampleItems({ shippingAddress: { zip: '94110', state: 'CA' }, ...changes }),
  });
  const gift = { shippingAddress: { zip: '94110', state: 'CA', name: 'Kim Lee' } };
  const watch = { description: 'Smart watch', price: 149, extendedPrice: 149, quantity: 1 };
  const known = (count: number): Known => ({
    history: only({ ...postals(count).history, ...{ account: [row(), ofAccount(30)] } }),
  });
  knownLedger('R36', [
    ['two postal codes', postals(2), undefined, sent(watch)],
    ['three, for goods that resell', postals(3), 30, sent(watch)],
    ['three, for others', postals(3), undefined, sent({})],
    ['four', postals(4), 20, { ...sent({}), orderTotal: 149 }],
    ['four, for the own name and 150', postals(4), 25, { ...sent({}), orderTotal: 150 }],
    ['four, for a present', postals(4), undefined, sent(gift)],
    ['four, for a present of 300', postals(4), 20, { ...sent(gift), orderTotal: 300 }],
    ['four, 60 days ago', postals(4, 60), undefined, sent({})],
    ['four, to the payer', postals(4), undefined],
    ['four, for a customer of 30 days', known(4), undefined, sent(watch)],
    [
      'two at each of two houses',
      {
        history: only({
          house: ['one', 'other'].flatMap((place) => [
            row({ place }),
            earlier(dayMs, { place, billingPostal: 'second' }),
          ]),
        }),
      },
      undefined,
      sent(watch),
    ],
  ]);

  const newAccount = { customer: { creationDate: '2026-11-20' } };
  const coded = (count: number, changes: Partial<HistoryRow> = {}): Known => ({
    history: only({
      house: [
        row(),
        ...Array.from({ length: count }, () =>
          earlier(dayMs, { ...here, promotions: ['code-own'], ...changes }),
        ),
      ],
    }),
  });
  knownLedger('R56', [
    ['one other account with the code', coded(1), undefined, newAccount],
    ['two others with the code', coded(2), 25, newAccount],
    ['two others with another code', coded(2, { promotions: ['x'] }), undefined, newAccount],
    ['two others, for an old account', coded(2), undefined],
  ]);
  knownLedger('R57', [
    ['to the payer', {}, undefined, { items: exampleItems(watch) }],
    ['to the own name elsewhere', { history: only({ address: [row()] }) }, undefined, sent(watch)],
    [
      'goods that resell, to the own name elsewhere',
      { history: only({ address: [row()] }) },
      25,
      sent({ ...watch, price: 150, extendedPrice: 150 }),
    ],
    [
      'to another name',
      { history: only({ address: [row()] }) },
      undefined,
      {
        items: exampleItems({
          ...{ ...watch, price: 150, extendedPrice: 150 },
          shippingAddress: { zip: '94110', state: 'CA', name: 'Kim Lee' },
        }),
      },
    ],
  ]);
});

describe('what is known of an order that looks odd for one reason', () => {
  const old = { device: 'device-own' };
  const labelled = (kind: 'card' | 'device', days: number): Known => ({
    history: only({
      account: [row(), ofAccount(days, old)],
      card: [row()],
      device: [row()],
      ...{ [kind]: [row(), earlier(dayMs, { label: 'chargeback' })] },
    }),
  });
  knownLedger('R46', [
    ['the card was stolen, on a device of 30 days', labelled('card', 30), 20],
    ['the card was stolen, on a device of 29 days', labelled('card', 29), 60],
    ['fraud from the device itself, of 30 days', labelled('device', 30), 45],
    ['fraud from the device itself, of 29 days', labelled('device', 29), 60],
  ]);

  const bulk = { items: exampleItems({ quantity: 5 }) };
  knownLedger('R58', [
    ['four pieces', {}, undefined, { items: exampleItems({ quantity: 4 }) }],
    ['five pieces', {}, -25, bulk],
    ['for a guest', {}, undefined, { ...bulk, customer: { customerType: 'guest' } }],
    ['that resell', {}, undefined, { items: exampleItems({ quantity: 5, description: 'Drone' }) }],
    [
      'to somebody else',
      {},
      undefined,
      { items: exampleItems({ quantity: 5, shippingAddress: { streetLineOne: '9 Oak St' } }) },
    ],
  ]);

  const day = (cards: number, neighbours: number): Known => ({
    history: only({ bin: [row()], binDay: { cards, neighbours } }),
  });
  knownLedger('R55', [
    ['three neighbours of ten cards', day(10, 3), undefined],
    ['four neighbours of ten cards', day(10, 4), 40],
    ['eleven of a thousand', day(1000, 11), undefined],
  ]);

  const guest: Overrides<Transaction> = {
    ...{ customer: { customerType: 'guest', accountId: '' }, promos: undefined },
    ...{ orderTotal: 22.45, items: exampleItems({ price: 12.5, extendedPrice: 12.5 }) },
  };
  const ofGuest = (changes: Partial<HistoryRow> = {}) => earlier(dayMs / 2, changes);
  const run = (others: number, avsCode = 'X'): Known => ({
    history: only({
      card: [row({ account: null })],
      goods: [
        row({ account: null }),
        ...Array.from({ length: others }, () => ofGuest({ account: null, avsCode })),
      ],
      goodsTraffic: { guests: 0, members: 0, spanMs: 28 * dayMs },
    }),
  });
  knownLedger('R59', [
    ['the third guest of the day', run(2), undefined, guest],
    ['the fourth', run(3), 35, guest],
    ['the twentieth', run(19), 35, guest],
    ['the twenty-first: a crowd', run(20), undefined, guest],
    ['the twenty-first, and the issuers know no street', run(20, 'Z'), 35, guest],
    ['dear goods', run(4), undefined, { ...guest, orderTotal: 75.01 }],
    ['in another currency', run(4), undefined, { ...guest, currencyCode: 'CAD' }],
    [
      'an offer with its code',
      run(4),
      undefined,
      { ...guest, promos: exampleTransaction().promos },
    ],
    ['in a store', run(4), undefined, { ...guest, source: 'store' }],
  ]);

  const germany = { name: 'Dana Whitfield', country: 'DE', zip: '10115', state: 'BE' };
  const home = (changes: object = {}): Overrides<Transaction> => ({
    creditCard: { billingAddress: germany },
    items: exampleItems({ shippingAddress: germany, shippingCountry: 'DE' }),
    ...changes,
  });
  knownLedger('R54', [
    ['home to abroad', {}, -10, home()],
    ['for a guest', {}, undefined, home({ customer: { customerType: 'guest' } })],
    [
      'for an account of yesterday',
      {},
      undefined,
      home({ customer: { creationDate: '2026-11-20' } }),
    ],
  ]);
});
