import type { Banner } from '../../contracts/hbc/transaction.js';
import type { LabelPerformance, PerformanceFigures } from '../../contracts/v1/label-performance.js';
import type { PerformanceGroup } from '../../contracts/v1/label-queries.js';
import {
  countPerformance,
  type NamedCell,
  type PerformanceCells,
} from '../../db/label-performance.js';
import type { Pool } from '../../db/pool.js';
import { groupBy } from '../../domain/group-by.js';
import { figuresOf, fraudIn, hitFigures, outcomeFigures } from '../../domain/labels/performance.js';
import type { Context } from '../context.js';

export interface PerformanceToMeasure {
  /** Days in UTC; `to` is exclusive. */
  readonly from: string;
  readonly to: string;
  readonly banner?: Banner | undefined;
  readonly by: PerformanceGroup;
  readonly rule?: string | undefined;
}

type Row = LabelPerformance['rows'][number];

/** One row for each key of the cells, sorted by key. */
const rowsBy = (
  cells: readonly NamedCell[],
  measure: (own: readonly NamedCell[]) => PerformanceFigures,
): Row[] =>
  [...groupBy(cells, (cell) => cell.key)]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, own]) => ({ key, name: own[0]?.name ?? null, ...measure(own) }));

const rowsOf = (
  { population, byRule }: PerformanceCells,
  { by, rule }: PerformanceToMeasure,
): Row[] => {
  const allFraud = fraudIn(population);
  const pointed = (own: readonly NamedCell[]) => figuresOf(own, allFraud - fraudIn(own));
  switch (by) {
    case 'rule':
      return rowsBy(byRule, pointed);
    case 'outcome':
      return rowsBy(population, pointed);
    case 'month':
    case 'rule_set':
      return rowsBy(population, rule === undefined ? outcomeFigures : hitFigures);
    default:
      return by satisfies never;
  }
};

/**
 * How well rules or outcomes separated fraud from good orders, from stored decisions and the labels
 * that count now. Throws `TemporarilyUnavailable`, also when the period is too large to count in
 * time.
 */
export const measurePerformance = async (
  { db: pool }: Context<never, Pool>,
  request: PerformanceToMeasure,
): Promise<LabelPerformance> => {
  const { from, to, banner = null, by, rule = null } = request;
  const period = { from: new Date(from), to: new Date(to) };
  const cells = await countPerformance(pool, { ...period, banner, by, rule });
  const overall = outcomeFigures(cells.population);
  return { from, to, banner, by, rule, overall, rows: rowsOf(cells, request) };
};
