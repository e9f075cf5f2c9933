import { describe, expect, it } from 'vitest';
import { recallAt } from '../../bench/fit/figures.js';
import { fit, type FitOfSeed, type HeldOut, secondSource } from '../../bench/fit/fit.js';
import { knownEnding } from '../../bench/fit/known.js';
import { togetherOf } from '../../bench/fit/together.js';
import type { BenchContext } from '../../bench/context.js';
import type { PopulationOrder } from '../../bench/population/generate.js';

const kind = (orders: number, flagged: number) => ({ orders, flagged, rejected: 0 });

const heldOut = (customers: HeldOut['customers'], curve: HeldOut['curve']): HeldOut => ({
  ...{ honest: kind(100, 4), thirdParty: kind(10, 5), friendly: kind(0, 0), reviewed: 9 },
  ...{ patterns: { reshipper: kind(10, 5) }, customers, curve },
});

describe('the benchmark of a fit', () => {
  it('adds up each kind of customer over all seeds, also one that a seed lacks', () => {
    const curves = [
      [
        { limit: 40, honestFlagged: 0.061, recall: 0.9 },
        { limit: 41, honestFlagged: 0.06, recall: 0.8 },
        { limit: 42, honestFlagged: 0.02, recall: 0.5 },
      ],
      [{ limit: 10, honestFlagged: 0.01, recall: 0.4 }],
    ] as const;
    const seeds: FitOfSeed[] = [
      { firm: kind(4, 2), guest: kind(96, 2) },
      { guest: kind(100, 4) },
    ].map((customers, at) => ({
      ...{ seed: at, before: null, fits: [] },
      shipped: heldOut(customers, curves[at] ?? []),
    }));
    const [shipped] = togetherOf(seeds);
    expect(shipped?.customers).toMatchObject([
      { name: 'guest', orders: 196, flagged: 6, flaggedShare: { share: 6 / 196 } },
      { name: 'firm', orders: 4, flagged: 2, flaggedShare: { share: 0.5 } },
    ]);
    expect(recallAt(curves[0], 0.06)).toBe(0.8);
    // Eight of ten and four of ten.
    expect(shipped?.atHonestFlagged.recall?.share).toBeCloseTo(0.6);
  });

  it('hides a label of the cut or later from the fit', () => {
    const labelled = { truth: 'reshipper', label: { kind: 'chargeback', atMs: 1000 } };
    const order = labelled as unknown as PopulationOrder;
    expect(knownEnding(order, 'accept', { way: 'labels', cutMs: 1001 })).toBe('fraud');
    expect(knownEnding(order, 'accept', { way: 'labels', cutMs: 1000 })).toBe('good');
  });

  it('measures the second population by its own kinds of customers', () => {
    const context = { say: () => undefined } as unknown as BenchContext;
    const { seeds, together } = fit({ seeds: [1], size: 300 }, context, secondSource);
    expect(seeds[0]?.before).toBeNull();
    expect(together.map(({ side }) => side)).toEqual([
      ...['shipped', 'labels', 'left_out', 'verdicts', 'truth'],
    ]);
    for (const { honest, customers } of together) {
      expect(honest.orders).toBeGreaterThan(0);
      expect(customers.reduce((sum, { orders }) => sum + orders, 0)).toBe(honest.orders);
      expect(customers.map(({ name }) => name)).toContain('passing_guest');
    }
  });
});
