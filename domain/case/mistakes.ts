import type { MistakeSettings } from '../../contracts/mistake-settings.js';
import { sumAmounts } from '../money.js';
import type { SanitisedTransaction } from '../transaction.js';
import { wilson } from '../trials/interval.js';
import { marginOf } from './goods.js';

/** Orders like this one that have a label. */
export interface LikeOrders {
  readonly fraud: number;
  readonly good: number;
  /** What they have in common with this order, in words. */
  readonly likeness: string;
}

/** How often orders like this were fraud, with Wilson's 95 % interval; shares are 0 to 1. */
export interface Chance extends LikeOrders {
  readonly labelled: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** What each mistake costs, in the currency of the order. */
export interface Mistakes {
  readonly ifFraud: { readonly total: number; readonly goods: number; readonly fee: number };
  readonly ifHonest: {
    readonly margin: number;
    /** Margin of the customer's orders of a year; undefined for a new customer. */
    readonly year: number | undefined;
  };
  /** Lines whose cost nobody said: they count with the usual share. */
  readonly estimatedLines: number;
  /** Accepting pays while the chance of fraud is below this; undefined when both cost nothing. */
  readonly breakEven: number | undefined;
  /** Undefined with fewer than `labelledMin` labelled orders: `labelled` is their number. */
  readonly chance: Chance | undefined;
  readonly labelled: number;
}

/** With fewer labelled orders a share says nothing. */
export const labelledMin = 20;

/** How often such orders were fraud; undefined while too few are labelled. */
export const chanceOf = (like: LikeOrders): Chance | undefined => {
  const labelled = like.fraud + like.good;
  if (labelled < labelledMin) return undefined;
  const { low, high } = wilson({ part: like.fraud, whole: labelled });
  return { ...like, labelled, share: like.fraud / labelled, low, high };
};

/** Of two ways to find orders like this one, the closer that has enough labels. */
const closest = (groups: readonly LikeOrders[]): LikeOrders | undefined =>
  groups.find(({ fraud, good }) => fraud + good >= labelledMin) ?? groups.at(-1);

const shareOfPrice = (price: number, share: number): number =>
  Math.round(price * share * 100) / 100;

/**
 * What is lost by accepting a fraud (goods at cost, and the fee of the chargeback) and by rejecting
 * an honest order (its margin). `like` lists groups of orders like this one, the closest first.
 */
export const mistakesOf = (
  order: Pick<SanitisedTransaction, 'items' | 'promos' | 'currencyCode'>,
  settings: MistakeSettings,
  known: { readonly like: readonly LikeOrders[]; readonly yearTotal: number | undefined },
): Mistakes => {
  const { items, promos = [], currencyCode } = order;
  const margins = items.map(
    (item) => marginOf(item) ?? shareOfPrice(item.extendedPrice, settings.marginShare),
  );
  const prices = items.map(({ extendedPrice }) => extendedPrice);
  const goods = Math.max(0, sumAmounts([...prices, ...margins.map((margin) => -margin)]));
  const reductions = promos.map(({ promotionAmount }) => -promotionAmount);
  const margin = Math.max(0, sumAmounts([...margins, ...reductions]));
  const fee = settings.chargebackFee[currencyCode] ?? 0;
  const total = sumAmounts([goods, fee]);
  const like = closest(known.like);
  return {
    ifFraud: { total, goods, fee },
    ifHonest: {
      margin,
      year: known.yearTotal && shareOfPrice(known.yearTotal, settings.marginShare),
    },
    estimatedLines: items.filter((item) => marginOf(item) === undefined).length,
    breakEven: margin + total > 0 ? margin / (margin + total) : undefined,
    chance: like && chanceOf(like),
    labelled: like === undefined ? 0 : like.fraud + like.good,
  };
};

/** Compares the interval with the break-even: it is conclusive only if it lies on one side. */
export const readChance = (
  { low, high }: Pick<Chance, 'low' | 'high'>,
  breakEven: number,
): 'accepting_pays' | 'rejecting_pays' | 'open' => {
  if (high < breakEven) return 'accepting_pays';
  return low > breakEven ? 'rejecting_pays' : 'open';
};
