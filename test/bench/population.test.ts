import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { period } from '../../bench/population/calendar.js';
import { type Pattern, patterns } from '../../bench/population/draft.js';
import { type Evaluation, evaluatePopulation } from '../../bench/population/evaluate.js';
import { generatePopulation, type PopulationOrder } from '../../bench/population/generate.js';
import { isDisposableDomain } from '../../domain/disposable-domains.js';
import { loadRuleSet } from '../../domain/rules/load-rule-set.js';
import { defaultRuleSet, exampleSettings, hashText } from '../support/rules.js';

const plan = { seed: 3, size: 2000 };
const settings = exampleSettings();

const shareOf = <T>(all: readonly T[], is: (one: T) => boolean): number =>
  all.filter(is).length / all.length;

describe('the population', () => {
  let orders: readonly PopulationOrder[];
  let measured: readonly PopulationOrder[];

  beforeAll(() => {
    orders = [...generatePopulation(plan.seed, plan.size)];
    measured = orders.filter(({ isMeasured }) => isMeasured);
  });

  it('has the requested size, in the order of time, each order once', () => {
    expect(measured.length).toBeGreaterThan(plan.size * 0.99);
    expect(measured.length).toBeLessThan(plan.size * 1.03);
    const instants = orders.map(({ receivedAtMs }) => receivedAtMs);
    expect(instants).toEqual(instants.toSorted((one, other) => one - other));
    expect(instants[0]).toBeGreaterThanOrEqual(period.fromMs);
    expect(instants.at(-1)).toBeLessThan(period.toMs);
    expect(new Set(orders.map(({ transactionId }) => transactionId)).size).toBe(orders.length);
  });

  it('is honest except for three orders in a hundred, and has every pattern', () => {
    expect(shareOf(measured, ({ truth }) => truth !== 'honest')).toBeGreaterThan(0.028);
    expect(shareOf(measured, ({ truth }) => truth !== 'honest')).toBeLessThan(0.05);
    for (const pattern of patterns) {
      expect(measured.filter(({ truth }) => truth === pattern).length, pattern).toBeGreaterThan(7);
    }
  });

  it('has honest customers who look odd in the ways that shops know', () => {
    const honest = measured.filter(({ truth }) => truth === 'honest');
    const share = (is: (order: PopulationOrder) => boolean) => shareOf(honest, is);
    const inRange = (value: number, least: number, most: number) => {
      expect(value).toBeGreaterThan(least);
      expect(value).toBeLessThan(most);
    };
    inRange(
      share(({ transaction: { customer } }) => customer.customerType === 'guest'),
      0.1,
      0.3,
    );
    inRange(
      share(({ transaction: { source } }) => source === 'store'),
      0.03,
      0.1,
    );
    inRange(
      share(({ transaction: { source } }) => source === 'phone'),
      0.02,
      0.08,
    );
    inRange(
      share(({ transaction: { orderTotal } }) => orderTotal >= 1000),
      0.02,
      0.2,
    );
    inRange(
      share(({ transaction: { creditCard } }) => creditCard.avsResponse === 'G'),
      0.005,
      0.03,
    );
    inRange(
      share(({ transaction: { creditCard, items } }) =>
        items.some(({ shippingAddress }) => shippingAddress.zip !== creditCard.billingAddress.zip),
      ),
      0.1,
      0.3,
    );
    const names = new Set(honest.map(({ story }) => story));
    expect(names.size).toBe(13);
  });

  it('has card numbers and mailboxes that belong to nobody', () => {
    const nobodys = /^$|@example\.(com|net|org)$/;
    const none: ReadonlySet<string> = new Set();
    const mailboxes = orders.map(({ transaction }) => transaction.customer.emailAddress);
    const others = mailboxes.filter((mailbox) => !nobodys.test(mailbox));
    const isDisposable = (mailbox: string) =>
      isDisposableDomain(mailbox.split('@')[1] ?? '', { added: none, excepted: none });
    expect(others.filter((mailbox) => !isDisposable(mailbox))).toEqual([]);
    expect(orders.every(({ transaction: { card } }) => card.luhnValid)).toBe(true);
    const bins = new Set(orders.map(({ transaction: { card } }) => card.bin6));
    const known = readFileSync(new URL('../../bench/population/cards.ts', import.meta.url), 'utf8');
    expect([...bins].filter((bin) => !known.includes(bin))).toEqual([]);
  });

  it('labels no fraud before a bank or a person could know', () => {
    const day = 86_400_000;
    const labelled = orders.filter(({ label }) => label !== undefined);
    const early = labelled.filter(({ label, receivedAtMs }) => {
      const leastDays = label?.kind === 'chargeback' ? 20 : 7;
      return (label?.atMs ?? 0) - receivedAtMs < leastDays * day;
    });
    expect(early).toEqual([]);
    expect(labelled.filter(({ truth }) => truth === 'honest')).toEqual([]);
    expect(labelled.length).toBeGreaterThan(40);
  });
});

describe('the default rules on the population', () => {
  let evaluation: Evaluation;

  beforeAll(() => {
    evaluation = evaluatePopulation(defaultRuleSet(), settings, plan);
  });

  const recallOf = ({ patterns: figures }: Evaluation, pattern: Pattern): number =>
    figures.find(({ name }) => name === pattern)?.flaggedShare ?? 0;

  /** Well below the measured figure, so that only a rule which stops tripping fails the test. */
  const floors: readonly (readonly [Pattern, number])[] = [
    ['card_testing', 0.85],
    ['account_takeover', 0.25],
    ['reshipper', 0.8],
    ['promo_abuse', 0.75],
    ['bin_burst', 0.65],
  ];

  it.each(floors)('flag %s at least at the share %d', (pattern, floor) => {
    expect(recallOf(evaluation, pattern)).toBeGreaterThanOrEqual(floor);
  });

  it('flag at most one honest order of eight, and reject hardly any', () => {
    expect(evaluation.honest.flaggedShare).toBeLessThan(0.125);
    expect(evaluation.honest.rejectedShare).toBeLessThan(0.015);
  });

  it('can be evaluated for every order', () => {
    expect(evaluation.errored).toBe(0);
  });

  it('give the same figures for the same seed, and others for another', () => {
    const small = (seed: number) =>
      evaluatePopulation(defaultRuleSet(), settings, { seed, size: 200 });
    const first = small(5);
    expect(small(5)).toEqual(first);
    expect(small(6).digest).not.toBe(first.digest);
  });

  it('catch less when the rules for it are removed', () => {
    const file = parse(
      readFileSync(new URL('../../rules/default.yaml', import.meta.url), 'utf8'),
    ) as { rules: { id: string }[] };
    const withoutHistory = file.rules.filter(({ id }) => id < 'R26' || id > 'R41');
    const ruleSet = loadRuleSet({ ...file, rules: withoutHistory }, hashText);
    const poorer = evaluatePopulation(ruleSet, settings, plan);
    expect(recallOf(poorer, 'card_testing')).toBeLessThan(0.8);
    expect(recallOf(poorer, 'promo_abuse')).toBeLessThan(0.6);
    expect(poorer.fraud.flaggedShare).toBeLessThan(evaluation.fraud.flaggedShare - 0.1);
  });
});
