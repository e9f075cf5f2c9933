import { type Outcome, outcomes } from '../../contracts/hbc/decision.js';
import type { MatrixCell, Side } from '../../contracts/v1/trial-reports.js';
import { groupBy } from '../group-by.js';
import { moneyOf, outcomeFigures } from '../labels/performance.js';

/** Orders that are alike in all that a side counts. */
export interface SideCell {
  /** The first answer. */
  readonly answer: Outcome;
  /** How they ended, as far as labels are held against it. */
  readonly ending: Outcome;
  readonly became: 'fraud' | 'good' | 'dispute' | 'unlabelled';
  readonly currency: string | null;
  readonly orders: number;
  /** The sum of their totals in 1/10,000 of the currency. */
  readonly units: bigint;
  /** The sum of their scores. */
  readonly scores: number;
  /** How many of them had a rule that could not be evaluated. */
  readonly errored: number;
}

const sumOf = <T>(cells: readonly T[], value: (cell: T) => number): number =>
  cells.reduce((sum, cell) => sum + value(cell), 0);

/** How many orders are in some cells. */
export const ordersOf = (cells: readonly { readonly orders: number }[]): number =>
  sumOf(cells, ({ orders }) => orders);

/** Null when there is nothing to take a share of. */
export const shareOf = (part: number, whole: number): number | null =>
  whole > 0 ? part / whole : null;

/** What a rule set said of its orders, and what these turned out to be. */
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

/** Those that could be evaluated. */
export const evaluatedCells = <T extends { readonly would: Outcome | null }>(
  cells: readonly T[],
): (T & { readonly would: Outcome })[] =>
  cells.flatMap((cell) => (cell.would === null ? [] : [{ ...cell, would: cell.would }]));

type AnsweredTwice = Pick<SideCell, 'became' | 'currency' | 'orders' | 'units'> & {
  readonly was: Outcome;
  readonly would: Outcome;
};

/** First answers against others, row by row; cells without orders are left out. */
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
