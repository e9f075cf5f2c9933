import { printWhole } from '../../../domain/case/figures.js';
import type { Chance } from '../../../domain/case/mistakes.js';
import type { OrderFacts } from '../../../services/case-view/view.js';
import { rangeOf } from '../../../services/learned-points/probability.js';
import { counted } from '../../words.js';
import { Day } from '../../parts/format.js';

type Estimate = NonNullable<OrderFacts['probability']>;

/** Shares below this have a decimal. */
const roundFrom = 0.1;

/** `2.5 %`, `34 %`. */
export const share = (value: number): string =>
  value > 0 && value < roundFrom ? `${(value * 100).toFixed(1)} %` : `${Math.round(value * 100)} %`;

/** `0.9 to 7.1 %`. */
export const interval = ({ low, high }: Pick<Chance, 'low' | 'high'>): string =>
  `${share(low).replace(' %', '')} to ${share(high)}`;

const Likeness = ({ estimate: { oneIn, frauds, probability } }: { estimate: Estimate }) => {
  if (frauds === 0) return <b>No fraud among orders of this kind</b>;
  return oneIn === null ? (
    <b>{share(probability)} of orders of this kind were fraud</b>
  ) : (
    <b>Fraud like 1 in {printWhole(oneIn)} orders of this kind</b>
  );
};

/** `3,200 earlier orders with a score from 40 to 47`. */
const ordersOf = (estimate: Estimate): string =>
  `${counted(estimate.orders, 'earlier order')} with ${rangeOf(estimate)}`;

/** The probability of fraud that a fit has estimated, with its basis; nothing without a fit. */
export const FraudLikeness = ({ estimate }: { estimate: OrderFacts['probability'] }) =>
  estimate && (
    <p class="likely">
      <Likeness estimate={estimate} />{' '}
      <span class="faint">
        · 95 % interval {interval(estimate)}, from {ordersOf(estimate)} and their labels until{' '}
        <Day at={new Date(estimate.cut)} zone="UTC" />
      </span>
    </p>
  );

/** How likely fraud is, with its 95 % interval, and the orders that say so. */
export interface Likely extends Pick<Chance, 'share' | 'low' | 'high'> {
  /** Of how many orders how many were fraud, in words, for whoever cannot see the plot. */
  readonly orders: string;
  /** A short name of these orders, and what they have in common. */
  readonly basis: string;
  readonly likeness: string;
}

/** By the fit that estimated it, else by labelled orders like this one; undefined without both. */
export const likelyOf = ({
  probability: estimate,
  mistakes: { chance },
}: Pick<OrderFacts, 'probability' | 'mistakes'>): Likely | undefined => {
  if (estimate !== null) {
    const { orders, frauds, probability, low, high } = estimate;
    const fraud = printWhole(Math.round(frauds));
    return {
      ...{ share: probability, low, high },
      orders: `Of ${printWhole(orders)} earlier orders ${fraud} were fraud`,
      basis: `${counted(orders, 'order')} of such a score`,
      likeness: `Earlier orders with ${rangeOf(estimate)}`,
    };
  }
  if (chance === undefined) return undefined;
  const { labelled, fraud, low, high, likeness } = chance;
  return {
    ...{ share: chance.share, low, high },
    orders: `Of ${labelled} orders like this ${fraud} were fraud`,
    basis: `${labelled} orders like this, labelled`,
    likeness: `Orders with ${likeness}`,
  };
};
