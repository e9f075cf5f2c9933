import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../../contracts/hbc/transaction.js';
import type { Evidence } from '../../../domain/evidence.js';
import { evidenceFacts } from '../../../domain/facts/evidence.js';
import type { HistoryRow } from '../../../domain/history.js';
import type { Listing } from '../../../domain/listing.js';
import { type BinFacts, type IpFacts, noLookups } from '../../../domain/lookups.js';
import { loadRuleSet } from '../../../domain/rules/load-rule-set.js';
import { scoreTransaction } from '../../../domain/rules/score-transaction.js';
import { defaultRuleSet, hashText } from '../../support/rules.js';
import { exampleItems, exampleReceivedAtMs, type Overrides } from '../../support/transactions.js';
import { earlier, only, row } from '../history-rows.js';
import { exampleSource } from './example-source.js';
import { type Known, knownLedger, type KnownCase, scoreExample } from './rule-case.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

describe('tables that may be mounted', () => {
  const ip = (found: Partial<IpFacts>): Known => ({
    lookups: { ...noLookups, ip: () => ({ country: '', isAnonymous: false, ...found }) },
  });
  const billedIn = (country: string): Overrides<Transaction> => ({
    creditCard: { billingAddress: { country } },
    items: exampleItems({ shippingCountry: country, shippingAddress: { country } }),
  });
  const from = (ipAddress: string | undefined, source = 'web') => ({ ipAddress, source });
  const unlisted: readonly KnownCase[] = [
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.9.9',
    '100.64.0.1',
    '100.127.255.255',
    '0.0.0.0',
    '::1',
    '::',
    'fc00::1',
    'FDFF::1',
    'fe80::1',
    'febf::1',
    '::ffff:10.0.0.1',
    '::ffff:c0a8:101',
  ].map((address) => [`private ${address}`, {}, 8, from(address)]);
  const listed: readonly KnownCase[] = [
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '192.169.0.1',
    '11.0.0.1',
    '::ffff:8.8.8.8',
    '2001:db8::1',
    'fec0::1',
    'fbff::1',
  ].map((address) => [`public ${address}`, {}, undefined, from(address)]);
  knownLedger('R39', [
    ['no table', {}, undefined],
    ['not in the table', { lookups: noLookups }, undefined],
    ['no address', ip({ country: 'FR', isAnonymous: true }), undefined, from(undefined)],
    ['blank address', ip({ country: 'FR', isAnonymous: true }), undefined, from(' ')],
    ['anonymous', ip({ isAnonymous: true }), 20],
    ['the billing country', ip({ country: 'US' }), undefined],
    ['another country', ip({ country: 'FR' }), 20],
    ['both count once', ip({ country: 'FR', isAnonymous: true }), 20],
    ['a country that the table does not say', ip({}), undefined],
    ['billing country blank', ip({ country: 'FR' }), undefined, billedIn('')],
    ['billing country unknown', ip({ country: 'FR' }), undefined, billedIn('Atlantis')],
    ['billing country by name', ip({ country: 'FR' }), undefined, billedIn('France')],
    ...unlisted,
    ...listed,
    ['private in a store', {}, undefined, from('10.1.2.3', 'store')],
  ]);

  it('R39: an IPv4 address that is written as IPv6 is looked up as the IPv4 address', () => {
    const asked: string[] = [];
    const lookups = { ...noLookups, ip: (address: string) => void asked.push(address) };
    scoreExample({ ipAddress: '::ffff:203.0.113.9' }, {}, { lookups });
    scoreExample({ ipAddress: '2001:DB8::9' }, {}, { lookups });
    expect(asked).toEqual(['203.0.113.9', '2001:db8::9']);
  });

  const bin = (found: Partial<BinFacts>): Known => ({
    lookups: { ...noLookups, bin: () => ({ country: '', isPrepaid: false, ...found }) },
  });
  knownLedger('R40', [
    ['no table', {}, undefined],
    ['the billing country', bin({ country: 'US' }), undefined],
    ['another country', bin({ country: 'FR' }), 20],
    ['prepaid', bin({ isPrepaid: true }), 10],
    ['both count once', bin({ country: 'FR', isPrepaid: true }), 20],
    ['billing country blank', bin({ country: 'FR' }), undefined, billedIn('')],
  ]);
});

describe('promotions, staff and splits', () => {
  const small = { promos: [{ promotionCode: 'FALL', promotionAmount: 1 }] };
  const used = (count: number, ageMs: number) => {
    const code = { promotions: ['code-own'] };
    const others = Array.from({ length: count - 1 }, () => earlier(ageMs, code));
    return { history: only({ address: [row(), ...others] }) };
  };
  knownLedger('R41', [
    ['a code twice', used(2, 30 * dayMs - 1), undefined, small],
    ['a code three times', used(3, 30 * dayMs - 1), 20, small],
    ['a code three times, 30 days ago', used(3, 30 * dayMs), undefined, small],
    ['more than half of the goods, and three times', used(3, 1), 20],
  ]);

  const reviewed = (count: number, ageMs: number, salesRepShare = 0.1) => ({
    history: only({
      salesRepShare,
      salesRep: Array.from({ length: count }, () => earlier(ageMs, { wasReviewed: true })),
    }),
  });
  const employee: Overrides<Transaction> = { customer: { customerType: 'employee' } };
  const place = (...rows: HistoryRow[]) => ({ history: only({ address: [row(), ...rows] }) });
  knownLedger('R43', [
    ['four reviewed', reviewed(4, 7 * dayMs - 1), undefined],
    ['five reviewed', reviewed(5, 7 * dayMs - 1), 15],
    ['five reviewed, half of all orders', reviewed(5, 1, 0.5), undefined],
    ['five reviewed, nearly half of all orders', reviewed(5, 1, 0.499), 15],
    ['five reviewed 7 days ago', reviewed(5, 7 * dayMs), undefined],
    ['an employee, new place', place(), 20, employee],
    ['a customer, new place', place(), undefined],
    ['an employee, known place', place(earlier(1, { card: 'card-own' })), undefined, employee],
    ['an employee of whom nothing is known', {}, undefined, employee],
  ]);

  /** This order and two others on the card. */
  const split = (own: number, each: number, ageMs: number, count = 3) => {
    const others = Array.from({ length: count - 1 }, () => earlier(ageMs, { amount: each }));
    return { history: only({ card: [row({ amount: own }), ...others] }) };
  };
  const total = (orderTotal: number): Overrides<Transaction> => ({ orderTotal });
  const tenMinutes = 10 * minuteMs;
  const sums = [500, 1000, 2500, 5000].flatMap((band): KnownCase[] => [
    [`a sum just under ${band}`, split(100, (band - 100.01) / 2, 1), band === 500 ? undefined : 15],
    [`a sum of ${band}`, split(100, (band - 100) / 2, 1), 15, total(100)],
    [`alone at ${band}, the sum in its band`, split(band, 0, 1), undefined, { orderTotal: band }],
  ]);
  const repeat = (changes: Partial<HistoryRow>, ageMs = 15 * minuteMs - 1) => ({
    history: only({
      card: [row(), earlier(ageMs, { amount: 187.45, goods: 'goods-own', ...changes })],
    }),
  });
  knownLedger('R45', [
    ['nobody known', {}, undefined],
    ...sums,
    ['two orders', split(100, 4900, 1, 2), undefined, total(100)],
    ['10 minutes ago', split(100, 4900, tenMinutes), undefined, total(100)],
    ['just within 10 minutes', split(100, 4900, tenMinutes - 1), 15, total(100)],
    ['the same again', repeat({}), 15],
    ['the same again 15 minutes ago', repeat({}, 15 * minuteMs), undefined],
    ['the same again with another total', repeat({ amount: 187.46 }), undefined],
    ['other goods for the same total', repeat({ goods: 'other' }), undefined],
    ['another shipment group of this order', repeat({ order: 'own' }), undefined],
  ]);
});

const listing = (kind: Listing['kind'], subject: string, list: string = kind): Listing => ({
  list,
  kind,
  subject,
});

describe('R46', () => {
  const labelled = (label: HistoryRow['label'], ageMs: number) => ({
    history: only({ device: [row(), earlier(ageMs, { label })] }),
  });
  const quiet = (count: number, ageMs = 91 * dayMs, label: HistoryRow['label'] = null) => ({
    history: only({
      address: Array.from({ length: count }, () => earlier(ageMs, { card: 'card-own', label })),
    }),
  });
  const blocked = { listings: [listing('block', 'email')] };
  const allowed = { listings: [listing('allow', 'device')] };
  knownLedger('R46', [
    ['nobody known', {}, undefined],
    ['a list of values', { listings: [listing('values', 'email', 'vip')] }, undefined],
    ['fraud', labelled('fraud', 180 * dayMs - 1), 60],
    ['a chargeback', labelled('chargeback', 1), 60],
    ['refunded as fraud', labelled('refunded_as_fraud', 1), 60],
    ['fraud of 180 days ago', labelled('fraud', 180 * dayMs), undefined],
    ['good', labelled('good', 1), undefined],
    ['two quiet orders', quiet(2), undefined],
    ['three quiet orders', quiet(3), -25],
    ['four quiet orders', quiet(4), -25],
    ['three orders of 90 days ago', quiet(3, 90 * dayMs), undefined],
    ['three orders of yesterday labelled good', quiet(3, dayMs, 'good'), -25],
    ['two of yesterday labelled good', quiet(2, dayMs, 'good'), undefined],
    ['three of 180 days ago labelled good', quiet(3, 180 * dayMs, 'good'), undefined],
    [
      'fraud and quiet',
      {
        history: {
          ...quiet(3).history,
          ...labelled('fraud', 1).history,
          address: quiet(3).history.address,
        },
      },
      60,
    ],
    ['block list', blocked, 0],
    ['allow list', allowed, 0],
  ]);

  it('rejects what the block list names, whatever the allow list and the score say', () => {
    const both = { listings: [...allowed.listings, ...blocked.listings] };
    expect(scoreExample({}, {}, blocked)).toMatchObject({ outcome: 'reject', totalScore: 0 });
    expect(scoreExample({}, {}, both).outcome).toBe('reject');
    const [hit] = scoreExample({}, {}, both).hits;
    expect(hit).toMatchObject({ hard: 'reject', reason: 'The block list names it by email.' });
  });

  it('accepts what the allow list names in spite of its score, and of no hard rule', () => {
    const high = { creditCard: { avsResponse: 'G', cardType: 'amex' } };
    expect(scoreExample(high).outcome).toBe('review');
    expect(scoreExample(high, {}, allowed).outcome).toBe('accept');
    const declined = { creditCard: { responseCode: 5 } };
    expect(scoreExample(declined, {}, allowed).outcome).toBe('review');
  });

  it('names the first subject, in whatever order the entries were found', () => {
    const listings = [listing('block', 'bin'), listing('block', 'card'), listing('block', 'ip')];
    for (const found of [listings, listings.toReversed()]) {
      expect(scoreExample({}, {}, { listings: found }).facts['lists.blockedBy']).toBe('card');
    }
  });
});

let told = 0;
const evidence = (ageMs: number, changes: Partial<Evidence> = {}): Evidence => {
  told += 1;
  return {
    evidenceId: String(told),
    kind: 'aifi_suspicion',
    source: 'aifi',
    reference: String(told),
    subject: 'account',
    occurredAtMs: exampleReceivedAtMs - ageMs,
    ...changes,
  };
};
const knows = (...found: Evidence[]): Known => ({ evidence: found });

describe('evidence from elsewhere', () => {
  const digits = { subject: 'card_digits' } as const;
  knownLedger('R47', [
    ['none', {}, undefined],
    ['now', knows(evidence(0)), 30],
    ['by digits now', knows(evidence(0, digits)), 15],
    ['by digits and account', knows(evidence(0, digits), evidence(30 * dayMs)), 15],
    ['30 days ago', knows(evidence(30 * dayMs)), 15],
    ['15 days ago', knows(evidence(15 * dayMs)), 21],
    ['60 days ago', knows(evidence(60 * dayMs)), 8],
    ['by digits 90 days ago', knows(evidence(90 * dayMs, digits)), 2],
    ['150 days ago', knows(evidence(150 * dayMs)), 1],
    ['by digits 150 days ago', knows(evidence(150 * dayMs, digits)), undefined],
    ['180 days ago', knows(evidence(180 * dayMs)), undefined],
    ['a clock that runs ahead', knows(evidence(-dayMs)), 30],
    ['another kind', knows(evidence(0, { kind: 'sparkfly_alert' })), undefined],
  ]);

  it('R47: has how often and how long ago, one push counted once', () => {
    const reference = 'one push';
    const pushes = [
      evidence(3 * dayMs, { reference }),
      evidence(3 * dayMs, { ...digits, reference }),
      evidence(40 * dayMs),
    ];
    const [hit] = scoreExample({}, {}, knows(...pushes)).hits;
    expect(hit?.reason).toBe('AiFi suspected the shopper 2 times in 180 days, last 3 days ago.');
  });

  const alert = (ageMs: number, changes: Partial<Evidence> = {}) =>
    knows(evidence(ageMs, { kind: 'sparkfly_alert', source: 'sparkfly', ...changes }));
  knownLedger('R48', [
    ['none', {}, undefined],
    ['now', alert(0), 25],
    ['just within 30 days', alert(30 * dayMs - 1), 25],
    ['30 days ago', alert(30 * dayMs), undefined],
    ['not by account', alert(0, { subject: 'email' }), undefined],
    ['of our own engine', alert(0, { source: 'verdict' }), 25],
  ]);

  it('R48: counts two alerts of one instant twice, and a repeated one once', () => {
    const alertAs = (reference: string, source = 'sparkfly') =>
      evidence(dayMs, { kind: 'sparkfly_alert', source, reference });
    const alerts = [alertAs('7'), alertAs('7#2'), alertAs('8'), alertAs('7', 'verdict')];
    const [hit] = scoreExample({}, {}, knows(...alerts)).hits;
    expect(hit?.reason).toBe('3 alerts of loyalty fraud were raised on the account in 30 days.');
  });

  const dispute = (ageMs: number, changes: Partial<Evidence> = {}) =>
    knows(evidence(ageMs, { kind: 'chargeback', source: 'bank', subject: 'card', ...changes }));
  knownLedger('R49', [
    ['none', {}, undefined],
    ['a chargeback', dispute(0), 60],
    ['fraud', dispute(0, { kind: 'fraud' }), 60],
    ['just within 180 days', dispute(180 * dayMs - 1), 60],
    ['180 days ago', dispute(180 * dayMs), undefined],
    ['a refund', dispute(0, { kind: 'refund' }), 60],
    ['a label of our own order', dispute(0, { source: 'label' }), undefined],
    ['a chargeback that is no fraud', dispute(0, { kind: 'dispute' }), undefined],
    ['its refund', dispute(0, { kind: 'refund', source: 'label' }), undefined],
    ['a suspicion', knows(evidence(0)), undefined],
  ]);
});

describe('facts over evidence', () => {
  const factsOf = (...found: Evidence[]) =>
    evidenceFacts.read({ ...exampleSource(), evidence: found });
  const alertOf = (source: string, ageMs: number) =>
    evidence(ageMs, { kind: 'sparkfly_alert', source });
  const labelOf = (kind: Evidence['kind'], ageMs: number) =>
    evidence(ageMs, { kind, source: 'label', subject: 'card' });

  it('are zero, and as old as can be, when nothing is known', () => {
    const { aifiAgeDays, latestAgeDays, alertAgeDays, labelAgeDays, ...counts } = factsOf();
    expect([aifiAgeDays, latestAgeDays, alertAgeDays, labelAgeDays]).toEqual([180, 180, 180, 180]);
    expect(new Set(Object.values(counts))).toEqual(new Set([0]));
  });

  it('tell kinds, sources and ages apart', () => {
    const all = [
      evidence(20 * dayMs, { subject: 'card_digits' }),
      alertOf('sparkfly', 40 * dayMs),
      alertOf('sparkfly', 10 * dayMs),
      alertOf('verdict', 5 * dayMs),
      labelOf('chargeback', 3 * dayMs),
      labelOf('refund', 170 * dayMs),
      evidence(dayMs, { kind: 'chargeback', source: 'bank', subject: 'email' }),
      labelOf('dispute', 0),
      evidence(0, { kind: 'dispute', source: 'court', subject: 'email' }),
      labelOf('fraud', 180 * dayMs),
    ];
    expect(factsOf(...all)).toMatchObject({
      ...{ count180d: 7, strong180d: 6, sources180d: 5, latestAgeDays: 1 },
      ...{ alerts180d: 3, alertAgeDays: 5, sparkflyAlerts30d: 2 },
      ...{ alertsBySparkfly30d: 1, alertsByVerdict30d: 1 },
      ...{
        labels180d: 2,
        labelAgeDays: 3,
        chargebacks180d: 2,
        refunds180d: 1,
        disputes180d: 2,
        frauds180d: 1,
      },
    });
  });

  it('count one label once, though it is of several subjects', () => {
    const label = { kind: 'fraud', source: 'label', reference: 'L' } as const;
    const found = (['card', 'email', 'device'] as const).map((subject) =>
      evidence(dayMs, { ...label, subject }),
    );
    expect(factsOf(...found)).toMatchObject({ count180d: 1, labels180d: 1 });
  });
});

describe('the night rule', () => {
  const at = (hour: number, minute = 0) => Date.UTC(2026, 10, 21, hour, minute);

  it('TOD: is off in the shipped set', () => {
    expect(scoreExample({}, {}, { receivedAtMs: at(3) }).hits).toEqual([]);
  });

  it.each([
    [at(0), 3],
    [at(5, 59), 3],
    [at(6), 0],
    [at(23, 59), 0],
  ])('TOD: switched on, at %i it gives %i', (receivedAtMs, points) => {
    const rules = defaultRuleSet().rules.filter(({ id }) => id === 'TOD');
    const on = loadRuleSet({ rules: rules.map((rule) => ({ ...rule, enabled: true })) }, hashText);
    const { transaction, ...context } = exampleSource();
    const score = scoreTransaction(on, transaction, { ...context, receivedAtMs });
    expect(score.totalScore).toBe(points);
  });
});
