import { describe, expect, it } from 'vitest';
import { createCounter, type DayCounts, partOf } from '../../domain/drift/series.js';
import { periodOf, shiftsOf, stabilityIndex } from '../../domain/drift/shift.js';
import { signsOf } from '../../domain/drift/signs.js';

const shares = (parts: Record<string, number>) => new Map(Object.entries(parts));

describe('the population stability index', () => {
  it('is 0 for equal shares, whatever the numbers of orders', () => {
    const index = stabilityIndex(shares({ a: 1000, b: 3000 }), shares({ a: 2000, b: 6000 }));
    expect(index).toBeCloseTo(0, 5);
  });

  it('is the sum of (p - q) ln(p / q) over the parts', () => {
    const [p, q] = [0.3, 0.2];
    const expected = (p - q) * Math.log(p / q) + (q - p) * Math.log((1 - p) / (1 - q));
    const large = 1_000_000;
    const now = shares({ hit: p * large, not: (1 - p) * large });
    const before = shares({ hit: q * large, not: (1 - q) * large });
    expect(stabilityIndex(now, before)).toBeCloseTo(expected, 5);
    expect(stabilityIndex(before, now)).toBeCloseTo(expected, 5);
  });

  it('is finite and large when a part has come or gone', () => {
    const index = stabilityIndex(shares({ a: 500, b: 500 }), shares({ a: 1000 }));
    expect(index).toBeGreaterThan(1);
    expect(index).toBeLessThan(10);
  });
});

describe('the part of a value', () => {
  it.each([
    ...([
      [0, '0'],
      [0.04, '≤0.1'],
      [5, '≤5'],
      [5.01, '≤10'],
    ] as const),
    ...([
      [20_000, 'more'],
      [-3, '-≤5'],
    ] as const),
  ])('of the number %d is %s', (value, part) => {
    expect(partOf('tx.orderTotal', value)).toBe(part);
  });

  it('of a code is the code where its values are known, and never a text of the order', () => {
    expect(partOf('avs.street', 'no_match')).toBe('no_match');
    expect(partOf('avs.street', 'a text of somebody')).toBe('other');
    expect(partOf('shipping.country', 'FR')).toBe('FR');
    expect(partOf('shipping.country', 'several')).toBe('several');
    expect(partOf('card.bin6', '411111')).toBe('other');
    expect(partOf('shipping.country', '')).toBe('none');
    expect([partOf('avs.nameMismatch', true), partOf('avs.nameMismatch', false)]).toEqual([
      'true',
      'false',
    ]);
  });
});

/** A day of `orders` decisions; `of` says what each is like. */
const dayOf = (
  orders: number,
  of: (index: number) => { rules?: string[]; count?: number; label?: string },
): DayCounts => {
  const counter = createCounter();
  for (let index = 0; index < orders; index += 1) {
    const { rules = [], count, label } = of(index);
    counter.add({
      outcome: 'accept',
      isSampledReject: false,
      hits: rules.map((id) => ({ id })),
      facts: count === undefined ? {} : { 'byIp.orders1h': count, 'tx.orderTotal': 50 },
      partnerAnswers:
        label === undefined
          ? [{ kind: 'disabled', partner: 'sardine' }]
          : [
              {
                ...{ kind: 'answered', partner: 'sardine', outcome: 'accept', label },
                ...{ priority: 'normal', evidence: {}, latencyMs: 1 },
              },
            ],
    });
  }
  return counter.counts();
};

const periods = (now: DayCounts, before: DayCounts) =>
  [periodOf([now]), periodOf([before])] as const;

describe('the shifts of two periods', () => {
  it('count the orders that a rule did not hit, and those without a fact', () => {
    const now = dayOf(400, (index) => ({ rules: index % 2 === 0 ? ['R01', 'R01'] : [] }));
    const before = dayOf(400, (index) => ({ rules: index % 4 === 0 ? ['R01'] : [], count: 3 }));
    const shifts = shiftsOf(...periods(now, before));
    const parts = Object.fromEntries(shifts.map((shift) => [shift.name, shift.parts]));
    expect(parts['R01']).toEqual([
      { part: 'hit', now: 0.5, before: 0.25 },
      { part: 'not', now: 0.5, before: 0.75 },
    ]);
    expect(parts['byIp.orders1h']).toContainEqual({ part: 'absent', now: 1, before: 0 });
  });

  it('say nothing of too few orders, and put the most moved series first', () => {
    const before = dayOf(1000, (index) => ({ rules: index % 10 === 0 ? ['R01', 'R02'] : [] }));
    const now = dayOf(1000, (index) => ({
      rules: [...(index % 10 === 0 ? ['R01'] : []), ...(index % 2 === 0 ? ['R02'] : [])],
    }));
    const shifts = shiftsOf(...periods(now, before));
    expect(shifts.map(({ name, state }) => [name, state])).toEqual([
      ['R02', 'shifted'],
      ['outcome', 'stable'],
      ['R01', 'stable'],
    ]);
    const few = shiftsOf(
      ...periods(
        dayOf(199, () => ({ rules: ['R01'] })),
        before,
      ),
    );
    expect(few.map(({ state, index }) => [state, index])).toEqual(few.map(() => ['too_few', null]));
  });

  it('add up days as if their orders had come on one', () => {
    const all = dayOf(600, (index) => ({ rules: index % 3 === 0 ? ['R01'] : [], label: 'low' }));
    const first = dayOf(300, (index) => ({ rules: index % 3 === 0 ? ['R01'] : [], label: 'low' }));
    const before = periodOf([dayOf(900, () => ({ label: 'high' }))]);
    expect(shiftsOf(periodOf([first, first]), before)).toEqual(shiftsOf(periodOf([all]), before));
  });
});

describe('a sign', () => {
  const month = dayOf(4000, (index) => ({
    count: index % 20 === 0 ? 7 : 0,
    rules: index % 20 === 0 ? ['R34'] : [],
    label: index % 20 === 0 ? 'high' : 'low',
  }));
  const usual = (index: number) => ({ count: 0, rules: ['R34'], label: 'low', index });
  const signs = (today: DayCounts) => signsOf(...periods(today, month));

  it('says that a fact is silent once twenty orders should have had a value, not before', () => {
    const names = (orders: number) =>
      signs(dayOf(orders, () => ({ count: 0 })))
        .filter(({ sign }) => sign === 'fact_silent')
        .map(({ name }) => name);
    // One in twenty has a value of `byIp.orders1h`; every order has a total.
    expect(names(399)).not.toContain('byIp.orders1h');
    expect(names(400)).toContain('byIp.orders1h');
    expect(names(400)).not.toContain('tx.orderTotal');
  });

  it('says that a rule surges from three times its share on, and a tenth of all orders more', () => {
    const surging = (share: number) =>
      signs(dayOf(1000, (index) => ({ ...usual(index), rules: index < share ? ['R34'] : [] })))
        .filter(({ sign }) => sign === 'rule_surging')
        .map(({ name, now, before }) => [name, now, before]);
    expect(surging(149)).toEqual([]);
    expect(surging(151)).toEqual([['R34', 0.151, 0.05]]);
  });

  it('says that a partner answers differently', () => {
    const today = dayOf(1000, (index) => ({
      ...usual(index),
      rules: [],
      label: index % 2 === 0 ? 'high' : 'low',
    }));
    const found = signs(today).filter(({ sign }) => sign === 'partner_shifted');
    expect(found).toEqual([{ sign: 'partner_shifted', name: 'sardine', now: 0.5, before: 0.05 }]);
  });

  it('needs two hundred orders today', () => {
    expect(signs(dayOf(199, usual))).toEqual([]);
    expect(signs(dayOf(200, usual))).not.toEqual([]);
  });
});
