import { type Outcome, outcomes } from '../../contracts/hbc/decision.js';
import { banners } from '../../contracts/hbc/transaction.js';
import type { BacktestFigures, BacktestResult, OutcomeCell } from '../../contracts/v1/backtests.js';
import { figuresOf, fraudIn, type PerformanceCell } from '../labels/performance.js';
import { causeOf } from './differences.js';
import { type Cell, cellsOf, type Sums } from './sums.js';

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

const unitsPerMajor = 10_000;

/** Exact sums by currency, each converted once to the nearest number. */
const moneyOf = (cells: readonly Cell[]): OutcomeCell['money'] => {
  const units = new Map<string, bigint>();
  for (const cell of cells) {
    units.set(cell.currency, (units.get(cell.currency) ?? 0n) + cell.units);
  }
  return [...units]
    .toSorted(([one], [other]) => byText(one, other))
    .map(([currency, sum]) => ({ currency, amount: Number(sum) / unitsPerMajor }));
};

const ordersIn = (cells: readonly Cell[]): number =>
  cells.reduce((sum, { orders }) => sum + orders, 0);

/** The non-empty cells, from accept to reject. */
const matrixOf = (
  cells: readonly Cell[],
  was: 'was' | 'localWas',
  would: 'would' | 'localWould',
): OutcomeCell[] =>
  outcomes.flatMap((before) =>
    outcomes.flatMap((after) => {
      const own = cells.filter((cell) => cell[was] === before && cell[would] === after);
      if (own.length === 0) return [];
      return [{ was: before, would: after, orders: ordersIn(own), money: moneyOf(own) }];
    }),
  );

/**
 * A cell in the form of the performance report. That report asks how orders ended; here the filter
 * on the outcome decides, so key, hit and ending are constants.
 */
const toPerformance = ({ became, currency, orders, units }: Cell): PerformanceCell => ({
  key: '',
  isHit: true,
  ending: 'reject',
  became,
  currency,
  orders,
  units,
});

const sideOf = (cells: readonly Cell[], pointsAt: (cell: Cell) => boolean): BacktestFigures => {
  const pointed = cells.filter(pointsAt);
  const missed = cells.filter((cell) => !pointsAt(cell) && cell.became === 'fraud');
  const figures = figuresOf(pointed.map(toPerformance), fraudIn(missed.map(toPerformance)));
  const { falsePositives, unvalued: _, ...others } = figures;
  return { ...others, missedFraudMoney: moneyOf(missed), stoppedGood: falsePositives };
};

const sidesOf = (cells: readonly Cell[], pointed: readonly Outcome[]) => ({
  before: sideOf(cells, ({ was }) => pointed.includes(was)),
  after: sideOf(cells, ({ would }) => pointed.includes(would)),
});

const reviewsOf = ({ days }: Sums): BacktestResult['reviews'] => {
  const byDay = Object.entries(days)
    .toSorted(([one], [other]) => byText(one, other))
    .map(([day, [orders, before, after]]) => ({ day, orders, before, after }));
  return {
    before: byDay.reduce((sum, { before }) => sum + before, 0),
    after: byDay.reduce((sum, { after }) => sum + after, 0),
    days: byDay,
  };
};

const recomputedOf = ({ differing, differences }: Sums): BacktestResult['recomputed'] => ({
  differing: differing.orders,
  otherOutcome: differing.otherOutcome,
  facts: Object.entries(differences)
    .map(([fact, { orders, transactionIds }]) => ({
      fact,
      orders,
      cause: causeOf(fact),
      transactionIds: [...transactionIds],
    }))
    .toSorted((one, other) => other.orders - one.orders || byText(one.fact, other.fact)),
});

/** The report of a backtest. `isRecomputed` says whether its facts were recomputed. */
export const reportOf = (sums: Sums, isRecomputed: boolean): BacktestResult => {
  const cells = cellsOf(sums);
  const missing = Object.entries(sums.missingFacts);
  return {
    orders: sums.orders,
    undecided: sums.undecided,
    notEvaluable: {
      orders: sums.notEvaluable,
      facts: missing
        .map(([fact, orders]) => ({ fact, orders }))
        .toSorted((one, other) => other.orders - one.orders || byText(one.fact, other.fact)),
    },
    partnersNotAsked: sums.partnersNotAsked,
    sameRules: sums.sameRules,
    sampledRejects: sums.sampledRejects,
    outcomes: matrixOf(cells, 'was', 'would'),
    localOutcomes: matrixOf(cells, 'localWas', 'localWould'),
    banners: banners.flatMap((banner) => {
      const own = cells.filter((cell) => cell.banner === banner);
      if (own.length === 0) return [];
      const localOutcomes = matrixOf(own, 'localWas', 'localWould');
      return [{ banner, outcomes: matrixOf(own, 'was', 'would'), localOutcomes }];
    }),
    reviews: reviewsOf(sums),
    rules: Object.entries(sums.rules)
      .map(([id, { name, before, after, errors }]) => ({ id, name, before, after, errors }))
      .toSorted((one, other) => byText(one.id, other.id)),
    flagged: sidesOf(cells, ['review', 'reject']),
    rejected: sidesOf(cells, ['reject']),
    recomputed: isRecomputed ? recomputedOf(sums) : null,
    changes: sums.changes,
  };
};
