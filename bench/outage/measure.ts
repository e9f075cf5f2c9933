import { partnerDeclarations, type VotingPartner } from '../../contracts/voting-partners.js';
import type { BenchContext } from '../context.js';
import { type AnsweredOrder, type PostOrder, postOrders } from '../orders.js';
import { type Percentiles, percentilesOf } from '../percentiles.js';
import type { Desk } from './desk.js';
import type { Load, Plan } from './plan.js';

/** The default of `DECISION_BUDGET_MS`, which the benchmark does not set. */
export const budgetMs = 1500;

export interface Tools {
  readonly plan: Plan;
  readonly desk: Desk;
  readonly post: PostOrder;
  readonly context: BenchContext;
}

/** Both partners dead: every order is answered with review. */
export interface Dead {
  readonly all: Percentiles;
  /** Orders whose caller waited for at least one partner. */
  readonly ordersUntilOpen: number;
  readonly untilOpen: Percentiles | null;
  /** Orders answered while both breakers were open; null without any. */
  readonly open: Percentiles | null;
  /** The slowest answer minus the budget; negative when all were within it. */
  readonly maxAboveBudgetMs: number;
}

/** One partner answers too late to count. */
export interface Straggler {
  readonly all: Percentiles;
  /** The orders before the breaker can have opened. */
  readonly first: Percentiles;
  readonly firstMaxAboveBudgetMs: number;
}

/** One partner is slow but within its limits. */
export interface Slow {
  readonly all: Percentiles;
  /** Share of the orders that had the slow partner's vote, 0 to 1. */
  readonly voteShare: number;
}

/** Matches the remark of `domain/combine-votes.ts` for a missing vote. */
const isMissing = (partner: VotingPartner, why = '') => {
  const remark = `${partnerDeclarations[partner].title} was unavailable (${why}`;
  return ({ remarks }: AnsweredOrder): boolean => remarks.includes(remark);
};

const percentilesOfOrders = (orders: readonly AnsweredOrder[]): Percentiles =>
  percentilesOf(orders.map(({ latencyMs }) => latencyMs));

const percentilesIfAny = (orders: readonly AnsweredOrder[]): Percentiles | null =>
  orders.length === 0 ? null : percentilesOfOrders(orders);

const aboveBudget = ({ maxMs }: Percentiles): number => Math.round((maxMs - budgetMs) * 10) / 10;

const withSignal = (load: Load, { context }: Tools) => ({ ...load, signal: context.signal });

/** Throws when an order is not answered with review. */
export const measureDead = async (tools: Tools): Promise<Dead> => {
  const { desk, post, plan } = tools;
  await desk.setFault('sardine', { connection: 'hang' });
  await desk.setFault('yleo', { connection: 'hang' });
  const orders = await postOrders(post, ['review'], withSignal(plan.dead, tools));
  const open = orders.filter(
    (order) =>
      isMissing('sardine', 'breaker_open')(order) && isMissing('yleo', 'breaker_open')(order),
  );
  const untilOpen = orders.filter((order) => !open.includes(order));
  const all = percentilesOfOrders(orders);
  return {
    ...{ all, ordersUntilOpen: untilOpen.length, untilOpen: percentilesIfAny(untilOpen) },
    ...{ open: percentilesIfAny(open), maxAboveBudgetMs: aboveBudget(all) },
  };
};

/** Yleo takes 150 ms at the median and 600 ms at the 99th percentile. */
export const measureSlow = async (tools: Tools): Promise<Slow> => {
  const { desk, post, plan } = tools;
  await desk.setFault('yleo', { latencyMs: { p50Ms: 150, p99Ms: 600 }, seed: 1 });
  const orders = await postOrders(post, ['accept', 'review'], withSignal(plan.slow, tools));
  await desk.setFault('yleo', undefined);
  const voteless = orders.filter(isMissing('yleo')).length;
  return {
    all: percentilesOfOrders(orders),
    voteShare: Math.round((1 - voteless / orders.length) * 1000) / 1000,
  };
};

/** A breaker opens after ten failures in a row (`contracts/settings.ts`). */
const ordersBeforeOpen = 10;

/** Yleo answers after 5 s. Throws when an order is not answered with review. */
export const measureStraggler = async (tools: Tools): Promise<Straggler> => {
  const { desk, post, plan } = tools;
  await desk.setFault('yleo', { latencyMs: 5000 });
  const orders = await postOrders(post, ['review'], withSignal(plan.straggler, tools));
  await desk.setFault('yleo', undefined);
  const first = percentilesOfOrders(orders.slice(0, ordersBeforeOpen));
  return {
    ...{ all: percentilesOfOrders(orders), first },
    firstMaxAboveBudgetMs: aboveBudget(first),
  };
};
