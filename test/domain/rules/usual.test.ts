import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../../contracts/hbc/transaction.js';
import { familiarFacts } from '../../../domain/facts/familiar.js';
import {
  type History,
  type HistoryRow,
  noHistory,
  type UsualTraffic,
} from '../../../domain/history.js';
import { exampleItems, type Overrides } from '../../support/transactions.js';
import { earlier, only, row } from '../history-rows.js';
import { exampleSource } from './example-source.js';
import { type Known, type KnownCase, knownLedger } from './rule-case.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** An earlier order of the same account with nothing else in common, unless said. */
const ofAccount = (days: number, changes: Partial<HistoryRow> = {}): HistoryRow =>
  earlier(days * dayMs, { account: 'account-own', place: 'elsewhere', ...changes });

const device = { device: 'device-own' };
const network = { ip: 'ip-own' };
const place = { place: 'place-own' };
const mailbox = { email: 'email-own' };

/** The rows under the subjects that the facts read: those at the own place have it as theirs. */
const customer = (...rows: HistoryRow[]): Known => ({
  history: only({
    account: [row(), ...rows],
    address: [row(), ...rows.filter((one) => one.place === 'place-own')],
  }),
});

describe('what the customer has used before', () => {
  const factsOf = ({ history }: Known) => familiarFacts.read({ ...exampleSource(), history });

  it('has the age of the first use, and of the least known of several places', () => {
    const rows = [ofAccount(90, device), ofAccount(40, { ...device, ...network }), ofAccount(9)];
    expect(factsOf(customer(...rows))).toMatchObject({
      ...{ sinceDays: 90, deviceDays: 90, networkDays: 40, placeDays: -1 },
      ...{ newDevice: false, newNetwork: false, newPlace: true, newCard: true, newMailbox: true },
      newBilling: true,
    });
    const billed = ofAccount(7, { billingPostal: 'postal-own' });
    expect(factsOf(customer(...rows, billed))).toMatchObject({ newBilling: false, newCard: true });
    const own = [row({ billingPostal: null })];
    const noBill = only({ card: own, account: [...own, ...rows] });
    expect(factsOf({ history: noBill })).toMatchObject({ newBilling: false });
    const [home, friend] = [row(), row({ place: 'friend' })];
    const sent = [ofAccount(50, place), ofAccount(20, { place: 'friend' })];
    const history = only({ account: [row(), ...sent], address: [home, friend, ...sent] });
    expect(factsOf({ history })).toMatchObject({ placeDays: 20, newPlace: false });
  });

  it('is nothing for a new customer, whose every thing would be new', () => {
    const nothing = { sinceDays: -1, deviceDays: -1, networkDays: -1, placeDays: -1 };
    const notNew = { newDevice: false, newNetwork: false, newPlace: false, newMailbox: false };
    expect(factsOf(customer())).toMatchObject({ ...nothing, ...notNew });
  });

  it('is not learnt from orders that were rejected or turned out as fraud', () => {
    const stolen = ofAccount(60, { ...device, wasRejected: true });
    const charged = ofAccount(60, network);
    const known = only({
      account: [row(), stolen, charged, ofAccount(60)],
      address: [row(), { ...charged, label: 'chargeback' }],
    });
    expect(factsOf({ history: known })).toMatchObject({
      ...{ deviceDays: -1, networkDays: -1, newDevice: true, newNetwork: true },
    });
  });

  it('does not count what orders of the last days brought along', () => {
    const thief = { ...device, ...network, ...place };
    expect(factsOf(customer(ofAccount(60), ofAccount(6, thief)))).toMatchObject({
      ...{ newDevice: true, newNetwork: true, newPlace: true },
    });
    expect(factsOf(customer(ofAccount(60), ofAccount(7, thief)))).toMatchObject({
      ...{ newDevice: false, newNetwork: false, newPlace: false },
    });
  });

  it('follows the mailbox of a customer without an account', () => {
    const guest = row({ account: null });
    const past = earlier(40 * dayMs, { ...mailbox, ...device, account: null });
    const history = only({ card: [guest], email: [guest, past], address: [guest] });
    expect(factsOf({ history })).toMatchObject({ sinceDays: 40, deviceDays: 40, newPlace: true });
  });
});

describe('rules about what is usual for the customer', () => {
  const guest: Overrides<Transaction> = { customer: { customerType: 'guest' } };
  const giftCard = { items: exampleItems({ description: 'Gift card' }) };
  knownLedger('R51', [
    ['a new customer', customer(), undefined],
    ['all new', customer(ofAccount(30)), 40],
    ['all new for a guest', customer(ofAccount(30)), undefined, guest],
    ['a known network', customer(ofAccount(30, network)), 15],
    ['a known device', customer(ofAccount(30, device)), undefined],
    ['a known place and mailbox', customer(ofAccount(30, { ...place, ...mailbox })), undefined],
    ['a known place and a new mailbox', customer(ofAccount(30, place)), 40],
    ['gift cards', customer(ofAccount(30, { ...place, ...mailbox })), 40, giftCard],
    [
      'a customer of stores, who never had a device',
      customer(ofAccount(30, { device: null, ip: null })),
      undefined,
    ],
    ['an order of this week is no past', customer(ofAccount(6)), undefined],
  ]);

  const mover = (changes: Partial<HistoryRow> = {}): Known =>
    customer(ofAccount(30, { card: 'card-own', ...mailbox, ...changes }));
  const friend = { items: exampleItems({ shippingAddress: { streetLineOne: '9 Oak St' } }) };
  knownLedger('R51', [
    ['a new home that the issuer of the old card confirms', mover(), undefined],
    [
      'the issuer confirms the postal code alone',
      mover(),
      40,
      { creditCard: { avsResponse: 'Z' } },
    ],
    ['the issuer of a new card', mover({ card: 'other' }), 40],
    ['to somebody else', mover(), 40, friend],
    ['with a new mailbox too', mover({ email: 'other' }), 40],
    ['gift cards need no home', mover(), 40, giftCard],
    ['a new home in the old network', mover(network), undefined],
    ['to somebody else, in the old network', mover(network), 15, friend],
  ]);

  const familiar = (days: number, changes: Partial<HistoryRow>): Known =>
    customer(ofAccount(days, changes));
  const fraud: Known = {
    history: only({
      account: [row(), ofAccount(30, { ...device, ...network })],
      card: [row(), earlier(dayMs, { card: 'card-own', label: 'fraud' })],
    }),
  };
  knownLedger('R52', [
    ['a new customer', customer(), undefined],
    ['device and network', familiar(30, { ...device, ...network }), -20],
    ['device and place', familiar(30, { ...device, ...place }), -20],
    ['for 29 days', familiar(29, { ...device, ...network }), undefined],
    ['the device alone', familiar(30, device), -10],
    ['network and place', familiar(30, { ...network, ...place }), -10],
    ['known fraud', fraud, undefined],
  ]);

  const high = { orderTotal: 750 };
  const first: Known = { history: only({}) };
  knownLedger('R53', [
    ['an ordinary order', first, undefined],
    ['a high first order of an old account', first, -25, high],
    ['of a guest', first, -15, { ...high, ...guest }],
    [
      'of an account of 179 days',
      first,
      -15,
      { ...high, customer: { creationDate: '2026-05-26' } },
    ],
    ['of 180 days', first, -25, { ...high, customer: { creationDate: '2026-05-25' } }],
    [
      'the issuer confirms the street',
      first,
      undefined,
      { ...high, creditCard: { avsResponse: 'F' } },
    ],
    ['collected', first, undefined, { ...high, items: exampleItems({ shippingMethod: 'pickup' }) }],
    [
      'elsewhere',
      first,
      undefined,
      { ...high, items: exampleItems({ shippingAddress: { streetLineOne: '9 Oak St' } }) },
    ],
    ['five of one article', first, -25, { items: exampleItems({ quantity: 5 }) }],
  ]);
  const zipOnly = { creditCard: { avsResponse: 'Z' } };
  const hasty = { items: exampleItems({ shippingMethod: 'overnight' }) };
  const young = { customer: { creationDate: '2026-11-15' } };
  knownLedger('R53', [
    ['the issuer confirms the postal code alone', first, -10, { ...high, ...zipOnly }],
    ['and nothing is high', first, undefined, zipOnly],
    ['hasty for a guest', first, -15, { ...hasty, ...guest }],
    ['hasty for a guest at a till', first, undefined, { ...hasty, ...guest, source: 'store' }],
    ['hasty for an account of 6 days', first, -15, { ...hasty, ...young }],
    ['hasty for an old account', first, undefined, hasty],
    [
      'hasty for an account of 6 days, half confirmed',
      first,
      -10,
      { ...hasty, ...young, ...zipOnly },
    ],
    [
      'the postal code alone, sent by e-mail',
      first,
      undefined,
      { ...high, ...zipOnly, items: exampleItems({ shippingMethod: 'electronic' }) },
    ],
  ]);

  const abroad = (changes: object = {}, shippingAddress: object = {}): Overrides<Transaction> => ({
    creditCard: { billingAddress: { country: 'DE', zip: '10115' } },
    items: exampleItems({ shippingAddress }),
    ...changes,
  });
  const suite = { streetLineTwo: 'MyUS Suite 4411' };
  const newPlace: Known = { history: only({ address: [row()] }) };
  knownLedger('R54', [
    ['at home', newPlace, undefined],
    ['to the own name', newPlace, -20, abroad()],
    ['to another name', newPlace, undefined, abroad({}, { name: 'Kim Lee' })],
    ['a forwarder', newPlace, -35, abroad({}, suite)],
    ['a forwarder for a guest', newPlace, undefined, abroad(guest, suite)],
    [
      'a throw-away mailbox',
      newPlace,
      undefined,
      abroad({ customer: { emailAddress: 'a@yopmail.com' } }),
    ],
  ]);

  const accounts = (count: number, days: number): Known => ({
    history: only({
      device: [row(), ...Array.from({ length: count }, () => earlier(days * dayMs))],
    }),
  });
  const newAccount = { customer: { creationDate: '2026-11-20' } };
  knownLedger('R56', [
    ['one other account', accounts(1, 1), undefined, newAccount],
    ['two others', accounts(2, 29), 25, newAccount],
    ['two others of 30 days ago', accounts(2, 30), undefined, newAccount],
    ['an old account', accounts(2, 1), undefined],
    ['no code', accounts(2, 1), undefined, { ...newAccount, promos: [] }],
  ]);
});

describe('rules about what is usual for a BIN and an IP address', () => {
  const usual = (changes: Partial<UsualTraffic>): UsualTraffic => ({
    ...{ orders: 1000, unmatched: 50, guests: 400, busiestHour: 5, busiestDay: 40, ...changes },
  });
  const from = (count: number, ip: UsualTraffic | null): Known => {
    const others = Array.from({ length: count - 1 }, () => earlier(minuteMs));
    return { history: only({ ip: [row(), ...others], usual: { ...noHistory.usual, ip } }) };
  };
  knownLedger('R34', [
    ['an address of which nothing is usual', from(5, null), 25],
    ['twice its busiest hour, four mailboxes a day', from(10, usual({})), undefined],
    ['more than twice', from(11, usual({})), 25],
    ['more than twice its busiest day', from(9, usual({ busiestDay: 4 })), 20],
  ]);

  const burst = (
    count: number,
    bin: UsualTraffic | null,
    changes: (number: number) => Partial<HistoryRow> = () => ({}),
  ): Known => {
    const others = Array.from({ length: count - 1 }, (_, number) =>
      earlier(minuteMs * (number + 1), { last4: String(number * 37 + 5000), ...changes(number) }),
    );
    return { history: only({ bin: [row(), ...others], usual: { ...noHistory.usual, bin } }) };
  };
  knownLedger('R37', [
    ['a BIN of which nothing is usual', burst(10, null), 15],
    ['twice its busiest hour', burst(10, usual({})), undefined],
    ['more than twice', burst(11, usual({})), 15],
  ]);

  const unmatched = { avsCode: 'G' };
  const isUnmatched = (known: Known): Known => ({
    history: {
      ...(known.history as History),
      card: [row(unmatched)],
      bin: [row(unmatched), ...(known.history as History).bin.slice(1)],
    },
  });
  const all = () => unmatched;
  const abroad = usual({ unmatched: 900 });
  const inARow = (number: number) => ({ last4: String(1100 - number * 10) });
  const cases: readonly KnownCase[] = [
    ['four unmatched of four', isUnmatched(burst(4, usual({}), all)), 25],
    ['three of three', isUnmatched(burst(3, usual({}), all)), 25],
    ['two of two', isUnmatched(burst(2, usual({}), all)), undefined],
    ['a matched one among them', burst(9, usual({}), all), undefined],
    ['a bank that takes no part in AVS', isUnmatched(burst(9, abroad, all)), undefined],
    ['numbers in a row', burst(5, usual({}), inARow), 25],
    ['numbers far apart', burst(30, usual({})), undefined],
  ];
  knownLedger('R55', cases);
});
