import { describe, expect, it } from 'vitest';
import { judgeFlags } from '../../domain/flag-guard/judge.js';

const expected = { orders: 10_000, flagged: 400 };
const flags = (orders: number, flagged: number) => ({ orders, flagged });
const stateOf = (orders: number, flagged: number, multiple = 2) =>
  judgeFlags(flags(orders, flagged), expected, multiple).state;

describe('the flags of a rule set', () => {
  it('prove nothing in ten orders of a night, and everything in fifty', () => {
    expect([stateOf(10, 10), stateOf(49, 49), stateOf(50, 50)]).toEqual([
      ...['too_few', 'too_few', 'over'],
    ]);
  });

  it('must exceed the multiple by more than chance does', () => {
    expect([stateOf(100, 12), stateOf(1000, 120), stateOf(10_000, 800)]).toEqual([
      ...['within', 'over', 'within'],
    ]);
    expect(stateOf(1000, 120, 4)).toBe('within');
  });

  it('of hardly any flags the double is hardly any', () => {
    const rare = flags(10_000, 5);
    expect(judgeFlags(flags(5000, 30), rare, 2).state).toBe('within');
    expect(judgeFlags(flags(5000, 250), rare, 2).state).toBe('over');
  });

  it('are over where everybody is flagged, however large the multiple', () => {
    const half = flags(10_000, 5000);
    expect(judgeFlags(flags(110, 110), half, 20)).toMatchObject({ state: 'within', limit: 0.9 });
    expect(judgeFlags(flags(120, 120), half, 20).state).toBe('over');
    const all = flags(5000, 5000);
    expect(judgeFlags(all, all, 2)).toMatchObject({ state: 'within', limit: 1 });
  });

  it('are judged by no expectation of few orders, and leniently by one of some hundred', () => {
    expect(judgeFlags(flags(500, 500), flags(199, 8), 2).state).toBe('unknown');
    expect(judgeFlags(flags(500, 500), undefined, 2)).toMatchObject({ state: 'unknown' });
    const few = judgeFlags(flags(0, 0), flags(250, 10), 2);
    const many = judgeFlags(flags(0, 0), flags(25_000, 1000), 2);
    expect(few.limit).toBeGreaterThan(1.5 * (many.limit ?? 1));
    expect([few.state, few.atLeast]).toEqual(['too_few', null]);
  });

  it('raise no false alarm in a month of looks, one a minute, at orders as expected', () => {
    let [state, flagged, orders, over] = [12_345, 0, 0, 0];
    for (let minute = 0; minute < 60 * 24 * 30; minute += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      orders += 1;
      flagged += Number(state / 2 ** 32 < 0.04);
      if (stateOf(orders, flagged) === 'over') over += 1;
      if (orders === 1440) [orders, flagged] = [0, 0];
    }
    expect(over).toBe(0);
  });
});
