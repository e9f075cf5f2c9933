import type { Outcome } from '../../contracts/hbc/decision.js';
import type { PerformanceFigures } from '../../contracts/v1/label-performance.js';

/** Decided orders with equal values in every field that the figures group by. */
export interface PerformanceCell {
  /** The rule, month or rule set of these orders. */
  readonly key: string;
  /** True when the rule in question tripped on them. */
  readonly isHit: boolean;
  /** Their final outcome; `review` when they still wait or were withdrawn. */
  readonly ending: Outcome;
  readonly became: 'fraud' | 'good' | 'dispute' | 'unlabelled';
  /** Null when their totals are unknown. */
  readonly currency: string | null;
  readonly orders: number;
  /** The sum of their totals in 1/10,000 of the currency. */
  readonly units: bigint;
}

const unitsPerMajor = 10_000;

const countOf = (cells: readonly PerformanceCell[]): number =>
  cells.reduce((sum, cell) => sum + cell.orders, 0);

/** Exact sums by currency, each converted once to the nearest number. */
export const moneyOf = (cells: readonly Pick<PerformanceCell, 'currency' | 'units'>[]) => {
  const units = new Map<string, bigint>();
  for (const { currency, units: more } of cells) {
    if (currency !== null) units.set(currency, (units.get(currency) ?? 0n) + more);
  }
  return [...units]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([currency, sum]) => ({ currency, amount: Number(sum) / unitsPerMajor }));
};

/** Null for a share of nothing. */
const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** The number of fraudulent orders, whatever their outcome. */
export const fraudIn = (cells: readonly PerformanceCell[]): number =>
  countOf(cells.filter((cell) => cell.became === 'fraud'));

/**
 * Figures of a classifier that flagged the orders of `pointed` and missed `missedFraud` frauds.
 * Precision and recall use labelled orders only; F1 is null unless both are known.
 */
export const figuresOf = (
  pointed: readonly PerformanceCell[],
  missedFraud: number,
): PerformanceFigures => {
  const of = (became: PerformanceCell['became']) =>
    pointed.filter((cell) => cell.became === became);
  const fraud = fraudIn(pointed);
  const good = countOf(of('good'));
  const precision = shareOf(fraud, fraud + good);
  const recall = shareOf(fraud, fraud + missedFraud);
  const isKnown = precision !== null && recall !== null;
  const rejected = pointed.filter(
    (cell) => cell.ending === 'reject' && (cell.became === 'fraud' || cell.became === 'good'),
  );
  return {
    orders: countOf(pointed),
    fraud,
    good,
    disputes: countOf(of('dispute')),
    unlabelled: countOf(of('unlabelled')),
    missedFraud,
    precision,
    recall,
    f1: isKnown ? (2 * fraud) / (2 * fraud + good + missedFraud) : null,
    falsePositives: moneyOf(rejected.filter((cell) => cell.became === 'good')),
    caughtFraud: moneyOf(rejected.filter((cell) => cell.became === 'fraud')),
    unvalued: countOf(rejected.filter((cell) => cell.currency === null)),
  };
};

/**
 * Final rejects against final accepts. Orders without a final outcome, because they wait for a
 * reviewer or were withdrawn, count on neither side.
 */
export const outcomeFigures = (cells: readonly PerformanceCell[]): PerformanceFigures =>
  figuresOf(
    cells.filter((cell) => cell.ending === 'reject'),
    fraudIn(cells.filter((cell) => cell.ending === 'accept')),
  );

/** One rule's hits against all other orders, whatever their outcome. */
export const hitFigures = (cells: readonly PerformanceCell[]): PerformanceFigures =>
  figuresOf(
    cells.filter((cell) => cell.isHit),
    fraudIn(cells.filter((cell) => !cell.isHit)),
  );
