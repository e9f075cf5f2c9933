import type { Queryable } from '../../db/pool.js';
import type { PendingShadow, ShadowOrder } from '../../db/shadow.js';
import type { Facts } from '../../domain/facts/catalogue.js';
import type { FactValue } from '../../domain/facts/fact-group.js';
import {
  flattenFacts,
  listFactOf,
  listGroup,
  rolloutGroup,
  unflattenFacts,
} from '../../domain/rules/fact-name.js';
import type { NumberedRuleSet, RulesInForce } from '../../domain/rules/in-force.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { factsFor } from '../../domain/rules/score-transaction.js';
import {
  type DecidedOrder,
  judgeChallenger,
  judgeShadowRules,
  type ShadowScore,
} from '../../domain/trials/judge-shadow.js';
import type { Context } from '../context.js';
import type { PolicyDefaults } from '../policies/versions.js';
import { type LoadedVersions, loadVersion } from '../rule-sets/versions.js';
import { type FactContext, loadFactSource } from '../transactions/fact-source.js';

/**
 * Rule sets by version: those in force as this process has them, others as they are stored. The
 * answer throws `RulesRefused`, and when there is no such version.
 */
export const createRuleSetOf = (
  { db }: Context,
  rules: () => RulesInForce,
  shipped: NumberedRuleSet,
): ((version: number) => Promise<RuleSet>) => {
  const loaded: LoadedVersions = new Map();
  return async (version) => {
    const { live, trial } = rules();
    const inForce = [live, trial?.challenger].find((one) => one?.version === version);
    const ruleSet = inForce?.ruleSet ?? (await loadVersion({ db }, shipped, loaded, version));
    if (ruleSet === undefined) throw new Error(`there is no version ${version}`);
    return ruleSet;
  };
};

/** The rules under the version's number are not those that decided; seen while releases change. */
export class RuleSetChanged extends Error {
  override readonly name = 'RuleSetChanged';
}

/** What it takes to evaluate orders by rules that did not decide them. */
export type ShadowContext<Db extends Queryable = Queryable> = FactContext<Db> & {
  /** A rule set by its version. Throws when there is none that can be used. */
  readonly ruleSetOf: (version: number) => Promise<RuleSet>;
  readonly policyDefaults: PolicyDefaults;
};

type FlatFacts = Readonly<Record<string, FactValue>>;

/** Facts that the whole decision is computed from, whatever the rules read. */
const ownFactNames = ['tx.orderTotal', 'tx.currency', 'tx.homeCurrency'];

/** What the rules read and the decision has not stored. */
const missingReads = (ruleSet: RuleSet, { banner, facts }: ShadowOrder) => ({
  factNames: [...ruleSet.factNames, ...ownFactNames].filter((name) => !(name in facts)),
  lists: ruleSet.lists.filter(
    ({ list, subject }) => !(`${listGroup}.${listFactOf(list, subject)}` in facts),
  ),
  places: Object.keys(ruleSet.of(banner).rollouts).filter(
    (id) => !(`${rolloutGroup}.${id}` in facts),
  ),
});

/**
 * The stored facts, completed for what a rule set reads besides: computed as of the order's
 * receipt. What is stored is never replaced.
 */
const completedFacts = async (
  context: ShadowContext,
  ruleSet: RuleSet,
  order: ShadowOrder,
): Promise<FlatFacts> => {
  const { factNames, lists, places } = missingReads(ruleSet, order);
  if (factNames.length + lists.length + places.length === 0) return order.facts;
  const source = await loadFactSource(context, order.transaction_id, { factNames, lists });
  return { ...flattenFacts(factsFor(ruleSet, source)), ...order.facts };
};

const homeAmountOf = (facts: FlatFacts): number | null => {
  const total = facts['tx.orderTotal'];
  const isHome = facts['tx.currency'] === facts['tx.homeCurrency'];
  return isHome && typeof total === 'number' ? total : null;
};

/**
 * What a version would have said of a decided order: for the version that decided, with its shadow
 * rules live; for another one, by its live rules. Throws `RuleSetChanged`,
 * and what keeps the version or the order from being read.
 */
export const evaluateShadow = async (
  context: ShadowContext,
  { version }: PendingShadow,
  order: ShadowOrder,
): Promise<ShadowScore> => {
  const ruleSet = await context.ruleSetOf(version);
  const isOwn = order.rule_set_version === version;
  if (isOwn && order.rule_set_hash !== ruleSet.hash) {
    throw new RuleSetChanged(`version ${version} is not what it was`);
  }
  const flat = await completedFacts(context, ruleSet, order);
  const facts: Facts = unflattenFacts(flat);
  const { banner, policy } = order;
  const decided: DecidedOrder = {
    banner,
    hits: order.hits,
    erroredRules: order.errored_rules,
    answers: order.partner_answers,
    policy: policy ?? context.policyDefaults[banner],
    homeAmount: homeAmountOf(flat),
    bands: context.settings.banners[banner].bands,
  };
  return (isOwn ? judgeShadowRules : judgeChallenger)(ruleSet, decided, facts);
};
