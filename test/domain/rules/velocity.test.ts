import { describe } from 'vitest';
import type { Transaction } from '../../../contracts/hbc/transaction.js';
import { type History, type HistoryRow, noHistory } from '../../../domain/history.js';
import { exampleItems, type Overrides } from '../../support/transactions.js';
import { earlier, only, row } from '../history-rows.js';
import { type KnownCase, knownLedger } from './rule-case.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type Order = Overrides<Transaction>;
type Kind = Exclude<keyof History, 'bannerP99'>;

/** The order itself with `count - 1` orders of somebody else that share this subject. */
const sharing = (
  kind: Kind,
  count: number,
  ageMs: number,
  changes: Partial<HistoryRow> = {},
  own: HistoryRow = row(),
) => {
  const others = Array.from({ length: count - 1 }, () => earlier(ageMs, changes));
  return { history: only({ card: [own], [kind]: [own, ...others] }) };
};

/**
 * A limit of a count: just below it, at it, above it, and at it only with an order that is too old.
 */
const limit = (
  what: string,
  kind: Kind,
  [from, windowMs]: readonly [from: number, windowMs: number],
  [under, points]: readonly [under: number | undefined, points: number],
  changes: Partial<HistoryRow> = {},
): KnownCase[] => [
  [`${what}: ${from - 1}`, sharing(kind, from - 1, windowMs - 1, changes), under],
  [`${what}: ${from}`, sharing(kind, from, windowMs - 1, changes), points],
  [`${what}: ${from + 1}`, sharing(kind, from + 1, windowMs - 1, changes), points],
];

const total = (orderTotal: number): Order => ({
  orderTotal,
  creditCard: { authorizedAmount: orderTotal, fullAmount: orderTotal },
});

const nobody: KnownCase = ['nobody known', { history: noHistory }, undefined];
const to = (shippingAddress: object): Order => ({ items: exampleItems({ shippingAddress }) });
const elsewhere = to({ streetLineOne: '9 Oak St', zip: '10001' });
const isNew = { history: only({ address: [row()] }) };
const isUsed = { history: only({ address: [row(), earlier(dayMs, { card: 'card-own' })] }) };

describe('what is new', () => {
  knownLedger('R15', [
    nobody,
    ['a new place with another postal code', isNew, 10, elsewhere],
    ['a place that was used before', isUsed, undefined, elsewhere],
    ['a new place with the same postal code', isNew, undefined, to({ streetLineOne: '9 Oak St' })],
    ['a new place with the same code as ZIP+4', isNew, undefined, to({ zip: '60202-0001' })],
    ['no postal code', isNew, undefined, to({ zip: ' ' })],
    [
      'no postal code of billing',
      isNew,
      undefined,
      { ...elsewhere, creditCard: { billingAddress: { zip: '' } } },
    ],
    ['one line of two', isNew, 10, { items: exampleItems({}, { shippingAddress: { zip: '1' } }) }],
  ]);

  const together = earlier(dayMs, { card: 'card-own', email: 'email-own' });
  knownLedger('R27', [
    ['nobody known', { history: noHistory }, undefined, total(750)],
    ['first, just under 750', { history: only({}) }, undefined, total(749.99)],
    ['first, at 750', { history: only({}) }, 15, total(750)],
    [
      'ordered together before',
      { history: only({ card: [row(), together] }) },
      undefined,
      total(750),
    ],
    ['no mailbox', { history: only({ card: [row({ email: null })] }) }, undefined, total(750)],
  ]);
});

const inForints = (orderTotal: number): Order => ({ ...total(orderTotal), currencyCode: 'HUF' });
const forints = (amount: number) =>
  earlier(dayMs, { account: 'account-own', currency: 'HUF', amount, authorizedAmount: amount });
/** The order itself in forints, with earlier ones of its account. */
const ownForints = (rows: readonly HistoryRow[]) => {
  const own = row({ currency: 'HUF' });
  return only({ card: [own], account: [own, ...rows] });
};

describe('what is unusual', () => {
  const bought = (count: number, amount = 100) => sharing('account', count + 1, dayMs, { amount });
  const guest = row({ account: null });
  const asGuest = sharing('email', 4, dayMs, { amount: 100 }, guest);
  const p99 = (bannerP99: number | null) => ({ history: { ...noHistory, bannerP99 } });
  const mixed = {
    history: only({ account: [row(), ...bought(2).history.account.slice(1), forints(1)] }),
  };
  const inOwn = { history: ownForints([forints(1), forints(2), forints(3)]) };
  knownLedger('R26', [
    ['nobody known', { history: noHistory }, undefined, total(900_000_000)],
    ['two earlier orders', bought(2), undefined, total(1000)],
    ['three, exactly three times the mean', bought(3), undefined, total(300)],
    ['three, just over three times the mean', bought(3), 20, total(300.01)],
    ['a guest, by mailbox', asGuest, 20, total(300.01)],
    ['an order of 180 days ago', sharing('account', 4, 180 * dayMs), undefined, total(1000)],
    ['at the percentile', p99(500), undefined, total(500)],
    ['over the percentile', p99(500), 20, total(500.01)],
    ['no percentile', p99(null), undefined, total(900_000_000)],
    ['another currency', p99(500), undefined, { ...total(600), currencyCode: 'CAD' }],
    [
      'orders in another currency',
      { history: ownForints(bought(3, 60).history.account.slice(1)) },
      undefined,
      inForints(9000),
    ],
    ['one of three in another currency', mixed, undefined, total(1000)],
    ['three in its own other currency', inOwn, 20, inForints(9000)],
  ]);
});

describe('velocity', () => {
  knownLedger('R31', [
    nobody,
    ...limit('in an hour', 'card', [3, hourMs], [undefined, 20]),
    ['three, one of them an hour ago', sharing('card', 3, hourMs), undefined],
    ...limit('in a day', 'card', [5, dayMs], [undefined, 35]),
    ['five, a day ago', sharing('card', 5, dayMs), undefined],
  ]);
  for (const kind of ['email', 'account'] as const) {
    knownLedger('R32', [
      ...limit(`${kind} in a day`, kind, [3, dayMs], [undefined, 25]),
      [`${kind}, three cards a day ago`, sharing(kind, 3, dayMs), undefined],
      ...limit(`${kind} in 14 days`, kind, [5, 14 * dayMs], [undefined, 40]),
      [`${kind}, five cards 14 days ago`, sharing(kind, 5, 14 * dayMs), undefined],
      [`${kind}, always one card`, sharing(kind, 9, 1, { card: 'card-own' }), undefined],
    ]);
  }
  knownLedger('R33', [
    nobody,
    ...limit('in 7 days', 'card', [3, 7 * dayMs], [undefined, 25]),
    ['three, 7 days ago', sharing('card', 3, 7 * dayMs), undefined],
    ...limit('in 14 days', 'card', [5, 14 * dayMs], [undefined, 40]),
    ['always one mailbox', sharing('card', 2, 1, { email: 'email-own' }), undefined],
    ['no mailbox', sharing('card', 5, 8 * dayMs, { email: null }), undefined],
  ]);
  const sameCard = { card: 'card-own' };
  const [card, email, billingPostal] = ['card-own', 'email-own', 'postal-own'];
  const same = { card, email, billingPostal };
  knownLedger('R34', [
    nobody,
    ...limit('orders', 'ip', [5, hourMs], [undefined, 15], same),
    ...limit('cards', 'ip', [3, hourMs], [undefined, 25], { email, billingPostal }),
    ...limit('postals', 'ip', [4, dayMs], [undefined, 20], { card, email }),
    ...limit('mailboxes', 'ip', [4, dayMs], [undefined, 20], { card, billingPostal }),
    ['four mailboxes a day ago', sharing('ip', 4, dayMs), undefined],
  ]);
  const noDevice: Order = { additionalData: undefined };
  knownLedger('R35', [
    nobody,
    ...limit('cards', 'device', [3, dayMs], [undefined, 25], { account: 'account-own' }),
    ...limit('accounts', 'device', [3, 7 * dayMs], [undefined, 25], sameCard),
    ['three accounts 7 days ago', sharing('device', 3, 7 * dayMs, sameCard), undefined],
    ['guests have no account', sharing('device', 5, 2 * dayMs, { account: null }), undefined],
    ['no device on web', { history: noHistory }, 8, noDevice],
    ['no device in a store', { history: noHistory }, undefined, { ...noDevice, source: 'store' }],
  ]);
  knownLedger('R36', [
    nobody,
    ...limit('cards', 'address', [3, 7 * dayMs], [undefined, 25], { name: 'name-own' }),
    ...limit('names', 'address', [3, 7 * dayMs], [undefined, 25], sameCard),
    ['three 7 days ago', sharing('address', 3, 7 * dayMs), undefined],
    ['no names', sharing('address', 5, 1, { ...sameCard, name: null }), undefined],
  ]);

  /** Orders of one BIN in an hour, of which this many have different last four digits. */
  const burst = (
    orders: number,
    cards: number,
    ageMs = hourMs - 1,
    changesOf: (index: number) => Partial<HistoryRow> = () => ({}),
  ) => {
    const others = Array.from({ length: orders - 1 }, (_, index) =>
      earlier(ageMs, {
        ...(index < cards - 1 ? {} : { last4: '1111' }),
        amount: 10 + index,
        ...changesOf(index),
      }),
    );
    return { history: only({ bin: [row(), ...others] }) };
  };
  const signs = (...changes: Partial<HistoryRow>[]) =>
    burst(10, 10, 1, (index) => (index < 5 ? Object.assign({}, ...changes) : {}));
  const [declined, unknown] = [{ responseCode: 530 }, { avsCode: '1' }];
  const [ip, device] = [{ ip: 'busy' }, { device: 'busy' }];
  const sameTotal = (changes: Partial<HistoryRow>) =>
    burst(10, 10, 1, (index) => ({ amount: 187.45, ...(index < 5 ? changes : {}) }));
  const otherMoney = (changes: Partial<HistoryRow>) =>
    burst(10, 10, 1, () => ({ amount: 187.45, currency: 'CAD', ...changes }));
  knownLedger('R37', [
    nobody,
    ['nine orders, nine cards', burst(9, 9), undefined],
    ['ten orders, seven cards', burst(10, 7), undefined],
    ['ten orders, eight cards', burst(10, 8), 15],
    ['thirty honest customers of one bank', burst(30, 30, 1), 15],
    ['half declined', signs(declined), 15],
    ['half from one address', signs(ip), 15],
    ['all of one total', sameTotal({}), 15],
    ['half declined, from one address', signs(declined, ip), 40],
    ['half not known, on one device', signs(unknown, device), 40],
    ['half declined, all of one total', sameTotal(declined), 40],
    ['half from one address, all of one total', sameTotal(ip), 40],
    ['half declined, one amount in two currencies', otherMoney(declined), 15],
    ['what was not noted', signs({ responseCode: null, avsCode: null }, ip), 15],
    ['an hour ago', burst(10, 10, hourMs), undefined],
  ]);
  const tries = (kind: Kind, count: number, authorizedAmount = 5, ageMs = hourMs - 1) =>
    sharing(kind, count, ageMs, { authorizedAmount }, row({ authorizedAmount: 5 }));
  knownLedger('R38', [
    ['nobody known', { history: noHistory }, undefined, total(5)],
    ...(['ip', 'device', 'email'] as const).flatMap((kind): KnownCase[] => [
      [`two by ${kind}`, tries(kind, 2), undefined, total(5)],
      [`three by ${kind}`, tries(kind, 3), 35, total(5)],
    ]),
    ['three by card alone', tries('card', 3), undefined, total(5)],
    ['three, this one over 5.00', tries('ip', 3), undefined, total(5.01)],
    ['three, the others over 5.00', tries('ip', 3, 5.01), undefined, total(5)],
    ['three an hour ago', tries('ip', 3, 5, hourMs), undefined, total(5)],
  ]);
});
