import type { BacktestChange } from '../../contracts/v1/backtests.js';
import { parseRulesTripped, type TrippedRule } from '../rules-tripped.js';
import type { StoredOrder } from './stored-order.js';
import type { Tried } from './try-rules.js';

/** An order whose outcome changes, without the fields that the API adds. */
export type Change = Omit<BacktestChange, 'link'>;

const plain = ({ id, name, points }: TrippedRule) => ({ id, name, points });

const without = (some: readonly TrippedRule[], others: readonly TrippedRule[]) =>
  some
    .filter(({ id, points }) => !others.some((other) => other.id === id && other.points === points))
    .map(plain);

/** How an order changes; undefined when its outcome stays the same. */
export const changeOf = (order: StoredOrder, tried: Tried): Change | undefined => {
  if (order.outcome === tried.outcome) return undefined;
  const before = parseRulesTripped(order.rulesTripped);
  return {
    transactionId: order.transactionId,
    banner: order.banner,
    receivedAt: new Date(order.receivedAtMs).toISOString(),
    was: order.outcome,
    would: tried.outcome,
    localWas: order.localOutcome,
    localWould: tried.localOutcome,
    scoreWas: order.totalScore,
    scoreWould: tried.totalScore,
    amount: order.amount,
    currency: order.currency,
    became: order.became,
    appeared: without(tried.hits, before),
    disappeared: without(before, tried.hits),
    erroredRules: tried.erroredRules.map(({ id }) => id),
    partnersNotAsked: tried.arePartnersMissing,
  };
};
