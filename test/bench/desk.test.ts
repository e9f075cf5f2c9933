import { describe, expect, it } from 'vitest';
import type { DeskResult } from '../../bench/desk/desk.js';
import { quickPlan } from '../../bench/desk/plan.js';
import { deskGoals } from '../../bench/goals.js';
import { deskLines } from '../../bench/report/desk.js';

const times = (p95Ms: number) => ({ samples: 3, p50Ms: 1, p95Ms, p99Ms: p95Ms, maxMs: p95Ms });
const page = (name: string, p95Ms: number) => ({ name, times: times(p95Ms), kilobytes: 9 });
const press = (p95Ms: number) => ({ painted: times(p95Ms), answered: times(1) });
const presses = (p95Ms: number) => ({ decided: press(p95Ms), neighbour: press(1) });

const result: DeskResult = {
  ...{ plan: quickPlan, startedInMs: 1, openCases: 600 },
  pages: [
    page('queue by priority', 49),
    page('queue, view held', 20),
    page('queue, a rule of no case', 51),
    page('search by e-mail', 900),
    page('case', 99),
    page('case of a customer with very many orders', 101),
  ],
  presses: { alone: presses(199), beside: presses(201) },
  decisions: [
    { undoWindow: '2s', told: times(999), answered: times(1) },
    { undoWindow: '0s', told: times(1001), answered: times(1) },
  ],
};

const missedOf = (one: DeskResult): string[] =>
  deskGoals(one)
    .filter(({ verdict }) => verdict === 'missed')
    .map(({ what }) => what);

describe('the benchmark of the desk', () => {
  it('judges the slowest page of each kind, the key presses and what OMS hears', () => {
    expect(missedOf(result)).toEqual([
      'p95 of queue, a rule of no case',
      'p95 of case of a customer with very many orders',
      "p95 from a decision's key to the next case, beside 2 orders a second",
      "p95 from a decision's click to OMS, without undo",
    ]);
  });

  it('leaves key presses out where no browser can be had, and says so', () => {
    const without = { ...result, presses: null };
    expect(deskGoals(without)).toHaveLength(deskGoals(result).length - 4);
    expect(deskLines(without).join('\n')).toContain('no browser');
  });
});
