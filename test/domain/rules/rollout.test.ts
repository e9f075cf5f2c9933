import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { isInRollout, rolloutPlaceOf, rolloutPlaces } from '../../../domain/rules/rollout.js';
import type { SanitisedTransaction } from '../../../domain/transaction.js';
import { exampleTransaction } from '../../support/transactions.js';
import { exampleRule, load } from './example-source.js';

const base = exampleTransaction();

const orderOf = (orderId: string): SanitisedTransaction => ({ ...base, orderId });

const withCard = (sardineCardId: string): SanitisedTransaction => ({
  ...base,
  card: { ...base.card, sardineCardId },
});

const subjects = 100_000;

/** Places of this many orders under each name; consecutive ids are the hardest to spread. */
const placesOf = (name: string): number[] =>
  Array.from({ length: subjects }, (_, index) =>
    rolloutPlaceOf(name, orderOf(String(1_000_000 + index)), 'order'),
  );

const names = ['R50', 'R51', 'trial-a', '0f0e2a6e-6a33-4b7c-9d0e-000000000001'];
const places = new Map<string, number[]>();

beforeAll(() => {
  for (const name of names) places.set(name, placesOf(name));
});

const shareOf = (name: string, percent: number): number =>
  ((places.get(name) ?? []).filter((place) => isInRollout(place, { percent })).length * 100) /
  subjects;

describe('a rollout over 100,000 subjects', () => {
  it.each([0, 0.5, 1, 5, 10, 25, 50, 75, 99, 100])(
    'reaches %f %% of them, within 1 %%',
    (percent) => {
      for (const name of names) expect(Math.abs(shareOf(name, percent) - percent)).toBeLessThan(1);
    },
  );

  it('reaches nobody at 0 and everybody at 100', () => {
    for (const name of names) expect([shareOf(name, 0), shareOf(name, 100)]).toEqual([0, 100]);
  });

  it('spreads cards, whose ids are hashes, as well', () => {
    const inside = Array.from({ length: subjects }, (_, index) =>
      rolloutPlaceOf('R50', withCard(`card-${index}`), 'card'),
    ).filter((place) => isInRollout(place, { percent: 30 })).length;
    expect(Math.abs((inside * 100) / subjects - 30)).toBeLessThan(1);
  });

  it('has nothing to do with another one: each half of one is halved by the other', () => {
    for (const other of names.slice(1)) {
      const inFirst = (places.get('R50') ?? []).map((place) => isInRollout(place, { percent: 50 }));
      const both = (places.get(other) ?? []).filter(
        (place, index) => inFirst[index] === true && isInRollout(place, { percent: 50 }),
      ).length;
      expect(Math.abs((both * 100) / subjects - 25)).toBeLessThan(1);
    }
  });

  it('keeps everybody when it grows', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: rolloutPlaces - 1 }),
        fc.nat({ max: 10_000 }),
        fc.nat({ max: 10_000 }),
        (place, one, other) => {
          const [less, more] = [Math.min(one, other) / 100, Math.max(one, other) / 100];
          if (!isInRollout(place, { percent: less })) return;
          expect(isInRollout(place, { percent: more })).toBe(true);
        },
      ),
    );
  });
});

describe('a place', () => {
  it('is the same for ever: these are stored with decisions', () => {
    expect(names.map((name) => rolloutPlaceOf(name, orderOf('WEB-1'), 'order'))).toEqual([
      4855, 9788, 7421, 5365,
    ]);
  });

  it('is one for all orders of a subject, in any spelling of it', () => {
    const place = (by: 'email' | 'account' | 'card', order: SanitisedTransaction) =>
      rolloutPlaceOf('R50', order, by);
    const email = (emailAddress: string, orderId: string) => ({
      ...orderOf(orderId),
      customer: { ...base.customer, emailAddress },
    });
    expect(place('email', email('Ann.Lee+x@gmail.com', '1'))).toBe(
      place('email', email('annlee@googlemail.com', '2')),
    );
    expect(place('account', orderOf('1'))).toBe(place('account', orderOf('2')));
    expect(place('card', orderOf('1'))).toBe(place('card', orderOf('2')));
    expect(place('card', withCard('1'))).not.toBe(place('card', withCard('2')));
  });

  it('of an order that lacks the subject is that of the order', () => {
    const { additionalData: _, ...bare } = orderOf('WEB-7');
    expect(rolloutPlaceOf('R50', bare, 'device')).toBe(rolloutPlaceOf('R50', bare, 'order'));
    expect(rolloutPlaceOf('R50', bare, 'device')).not.toBe(
      rolloutPlaceOf('R50', { ...bare, orderId: 'WEB-8' }, 'device'),
    );
  });

  it('is that of all shipment groups of an order, and differs by banner', () => {
    const place = (more: Partial<SanitisedTransaction>) =>
      rolloutPlaceOf('R50', { ...base, ...more }, 'order');
    expect(place({ groupId: '1' })).toBe(place({ groupId: '2' }));
    expect(place({ banner: 'bay' })).not.toBe(place({ banner: 'lat' }));
  });
});

describe('a rule in a rollout', () => {
  const rules = load([exampleRule({ rollout: { percent: 25, by: 'order' } })]).of('s5a');
  const facts = (place: number) => ({ tx: { orderTotal: 500 }, rollout: { T01: place } });

  it('trips for places within its share only, and does not err for others', () => {
    for (const [place, hits] of [
      [0, 1],
      [2499, 1],
      [2500, 0],
      [9999, 0],
    ] as const) {
      const results = rules.evaluate(facts(place));
      expect([results.hits.length, results.erroredRules.length]).toEqual([hits, 0]);
    }
  });

  it('is returned with its subject, so that the place can be found', () => {
    expect(rules.rollouts).toEqual({ T01: { percent: 25, by: 'order' } });
  });
});
