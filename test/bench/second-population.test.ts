import { beforeAll, describe, expect, it } from 'vitest';
import type { PopulationOrder } from '../../bench/population/generate.js';
import { fraudKinds } from '../../bench/second-population/fraud/stories.js';
import { generateSecondPopulation } from '../../bench/second-population/generate.js';
import { honestKinds } from '../../bench/second-population/honest/stories.js';
import { season } from '../../bench/second-population/season.js';

const plan = { seed: 4, size: 1500 };
const dayMs = 86_400_000;

describe('the second population', () => {
  let orders: readonly PopulationOrder[];
  let measured: readonly PopulationOrder[];

  beforeAll(() => {
    // Generating it parses each order by the contract, and throws at the first that does not.
    orders = [...generateSecondPopulation(plan.seed, plan.size)];
    measured = orders.filter(({ isMeasured }) => isMeasured);
  });

  const percent = (is: (order: PopulationOrder) => boolean): number =>
    (measured.filter(is).length / measured.length) * 100;

  it('has the requested size, in the order of time, each order once', () => {
    expect(measured.length).toBeGreaterThan(plan.size * 0.98);
    expect(measured.length).toBeLessThan(plan.size * 1.06);
    const instants = orders.map(({ receivedAtMs }) => receivedAtMs);
    expect(instants).toEqual(instants.toSorted((one, other) => one - other));
    expect(instants[0]).toBeGreaterThanOrEqual(season.fromMs);
    expect(instants.at(-1)).toBeLessThan(season.toMs);
    expect(new Set(orders.map(({ transactionId }) => transactionId)).size).toBe(orders.length);
  });

  it('is the same for the same seed, and another for another', () => {
    const small = (seed: number) => [...generateSecondPopulation(seed, 40)];
    expect(small(5)).toEqual(small(5));
    expect(small(6)).not.toEqual(small(5));
  });

  it.each(fraudKinds)('has at least the stated share of $pattern, and hardly more', (kind) => {
    const share = percent(({ truth }) => truth === kind.pattern);
    expect(share).toBeGreaterThan(kind.share * 0.94);
    // One campaign has at most a dozen orders.
    expect(share).toBeLessThan(kind.share + (12 / measured.length) * 100);
  });

  it.each(honestKinds)('has about the stated share of %s', (name, _story, stated) => {
    const share = percent(({ story }) => story === name);
    expect(share).toBeGreaterThan(stated * 0.9);
    // A customer has at most some thirty orders, a tower of neighbours twice as many.
    expect(share).toBeLessThan(stated + (60 / measured.length) * 100);
  });

  it('has mailboxes that belong to nobody, and card numbers that are valid', () => {
    const mailboxes = orders.map(({ transaction }) => transaction.customer.emailAddress);
    const nobodys = /^$|@([a-z]+\.)?example\.(com|net|org)$/;
    expect(mailboxes.filter((mailbox) => !nobodys.test(mailbox))).toEqual([]);
    expect(orders.every(({ transaction: { card } }) => card.luhnValid)).toBe(true);
  });

  it('labels fraud alone, late, and not all of it', () => {
    const labelled = orders.filter(({ label }) => label !== undefined);
    expect(labelled.filter(({ truth }) => truth === 'honest')).toEqual([]);
    const early = labelled.filter(({ label, receivedAtMs }) => {
      const leastDays = label?.kind === 'chargeback' ? 14 : 1;
      return (label?.atMs ?? 0) - receivedAtMs < leastDays * dayMs;
    });
    expect(early).toEqual([]);
    const fraud = orders.filter(({ truth }) => truth !== 'honest');
    expect(labelled.length).toBeGreaterThan(fraud.length * 0.4);
    expect(labelled.length).toBeLessThan(fraud.length * 0.9);
  });
});
