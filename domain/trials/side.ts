import { type Outcome, outcomes } from '../../contracts/hbc/decision.js';
import type { MatrixCell, Side } from '../../contracts/v1/trial-reports.js';
import { groupBy } from '../group-by.js';
import { moneyOf, outcomeFigures } from '../labels/performance.js';

/** Orders with equal values in every field that a side groups by. */
export interface SideCell {
  /** The first answer. */
  readonly answer: Outcome;
  /** Their final outcome, which labels are compared with. */
  readonly ending: Outcome;
  readonly became: 'fraud' | 'good' | 'dispute' | 'unlabelled';
  readonly currency: string | null;
  readonly orders: number;
  /** The sum of their totals in 1/10,000 of the currency. */
  readonly units: bigint;
  /** The sum of their scores. */
  readonly scores: number;
  /** Orders with at least one errored rule. */
  readonly errored: number;
}

const sumOf = <T>(cells: readonly T[], value: (cell: T) => number): number =>
  cells.reduce((sum, cell) => sum + value(cell), 0);

/** The number of orders in some cells. */
export const ordersOf = (cells: readonly { readonly orders: number }[]): number =>
  sumOf(cells, ({ orders }) => orders);

/** Null for a share of nothing. */
export const shareOf = (part: number, whole: number): number | null =>
  whole > 0 ? part / whole : null;

/** A rule set's answers to its orders, and the labels of these orders. */
export const sideOf = (cells: readonly SideCell[]): Side => {
  const orders = ordersOf(cells);
  const answered = (answer: Outcome) => cells.filter((cell) => cell.answer === answer);
  const review = ordersOf(answered('review'));
  const reject = ordersOf(answered('reject'));
  return {
    orders,
    outcomes: { accept: ordersOf(answered('accept')), review, reject },
    reviewShare: shareOf(review, orders),
    rejectShare: shareOf(reject, orders),
    averageScore: shareOf(
      sumOf(cells, ({ scores }) => scores),
      orders,
    ),
    errored: sumOf(cells, ({ errored }) => errored),
    accepted: moneyOf(answered('accept')),
    rejected: moneyOf(answered('reject')),
    labels: outcomeFigures(cells.map((cell) => ({ ...cell, key: '', isHit: false }))),
  };
};

/** The cells that could be evaluated. */
export const evaluatedCells = <T extends { readonly would: Outcome | null }>(
  cells: readonly T[],
): (T & { readonly would: Outcome })[] =>
  cells.flatMap((cell) => (cell.would === null ? [] : [{ ...cell, would: cell.would }]));

type AnsweredTwice = Pick<SideCell, 'became' | 'currency' | 'orders' | 'units'> & {
  readonly was: Outcome;
  readonly would: Outcome;
};

/** First answers against second ones, row by row; empty cells are left out. */
export const matrixOf = (cells: readonly AnsweredTwice[]): MatrixCell[] => {
  const groups = groupBy(cells, ({ was, would }) => `${was} ${would}`);
  return outcomes.flatMap((was) =>
    outcomes.flatMap((would) => {
      const own = groups.get(`${was} ${would}`);
      if (own === undefined) return [];
      const of = (became: SideCell['became']) =>
        ordersOf(own.filter((cell) => cell.became === became));
      const known = { fraud: of('fraud'), good: of('good'), disputes: of('dispute') };
      const labelled = { ...known, unlabelled: of('unlabelled') };
      return [{ was, would, orders: ordersOf(own), ...labelled, amounts: moneyOf(own) }];
    }),
  );
};
