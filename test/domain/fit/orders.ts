import type { Rule } from '../../../contracts/rules.js';
import { type Levels, levelsOf } from '../../../domain/fit/levels.js';
import { sigmoid } from '../../../domain/fit/logistic.js';
import {
  type Ending,
  keyOfOrder,
  type Pattern,
  patternsOf,
  type Use,
} from '../../../domain/fit/patterns.js';
import { createRandom } from '../../../local/demo/random.js';

/** A rule with one case for each of `points`. */
export const ruleOf = (id: string, ...points: readonly number[]): Rule => ({
  ...{ id, name: `Rule ${id}`, enabled: true, mode: 'live' },
  cases: points.map((own) => ({ when: 'tx.orderTotal > 0', points: own, reason: 'Because.' })),
});

export const levelsOfRules = (...rules: readonly Rule[]): Levels =>
  levelsOf({ rules, banners: {} });

/** An order as the fit's own parts do not hold it: to count it without them. */
export interface MadeOrder {
  readonly use: Use;
  readonly ending: Ending;
  readonly hits: readonly { readonly id: string; readonly points: number }[];
}

export interface Planted {
  readonly seed: number;
  readonly orders: number;
  /** Log-odds of an order that trips nothing. */
  readonly intercept: number;
  /** What each level truly adds to the log-odds, by index. */
  readonly weights: readonly number[];
  /** The share of orders that trip a rule. */
  readonly tripped: number;
  /** Turns the weights round in the held-out orders. */
  readonly isTurned?: boolean;
}

const useAt = (share: number): Use =>
  share < 0.55 ? 'train' : share < 0.75 ? 'check' : 'held_out';

/** Orders whose endings follow planted weights. Each rule trips at one of its levels, or not. */
export const plantOrders = (
  { all }: Levels,
  { seed, orders, intercept, weights, tripped, isTurned = false }: Planted,
): MadeOrder[] => {
  const random = createRandom(seed);
  const byRule = new Map<string, number[]>();
  for (const [index, { ruleId }] of all.entries()) {
    byRule.set(ruleId, [...(byRule.get(ruleId) ?? []), index]);
  }
  return Array.from({ length: orders }, (_, order): MadeOrder => {
    const use = useAt(order / orders);
    const own = [...byRule.values()].flatMap((levels) =>
      random.chance(tripped) ? [random.pick(levels)] : [],
    );
    const sign = isTurned && use === 'held_out' ? -1 : 1;
    const z = own.reduce((sum, level) => sum + sign * (weights[level] ?? 0), intercept);
    const ending = random.chance(sigmoid(z)) ? 'fraud' : 'good';
    const hits = own.map((level) => {
      const { ruleId, points } = all[level] as (typeof all)[number];
      return { id: ruleId, points };
    });
    return { use, ending, hits };
  });
};

export const countOrders = (
  levels: Levels,
  orders: readonly MadeOrder[],
): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const order of orders) {
    const key = keyOfOrder(levels, { ...order, banner: 'bay', erroredRules: [] });
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

export const patternsOfOrders = (levels: Levels, orders: readonly MadeOrder[]): Pattern[] =>
  patternsOf(countOrders(levels, orders));
