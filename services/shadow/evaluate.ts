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
 * Looks up rule sets by version: from this process's rules in force, others from the database. The
 * returned function throws `RulesRefused`, and an error for an unknown version.
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

/**
 * The rules under the version's number are not those that decided the order; happens during a
 * release.
 */
export class RuleSetChanged extends Error {
  override readonly name = 'RuleSetChanged';
}

/** The context for evaluating orders with rules that did not decide them. */
export type ShadowContext<Db extends Queryable = Queryable> = FactContext<Db> & {
  /** A rule set by its version. Throws when none is usable. */
  readonly ruleSetOf: (version: number) => Promise<RuleSet>;
  readonly policyDefaults: PolicyDefaults;
};

type FlatFacts = Readonly<Record<string, FactValue>>;

/** Facts that a decision needs whatever the rules read. */
const ownFactNames = ['tx.orderTotal', 'tx.currency', 'tx.homeCurrency'];

/** Facts that the rules read but the decision has not stored. */
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
 * The stored facts, completed with the others that a rule set reads, as of the order's receipt.
 * Never replaces a stored fact.
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
 * Evaluates a decided order with a version: the version that decided it with its shadow rules live,
 * another one with its live rules. Throws `RuleSetChanged`, and errors from reading the version or
 * the order.
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
