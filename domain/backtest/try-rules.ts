import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Policy } from '../../contracts/policy.js';
import type { Settings } from '../../contracts/settings.js';
import { combineVotes } from '../combine-votes.js';
import type { Facts } from '../facts/catalogue.js';
import { printRulesTripped } from '../rules-tripped.js';
import type { RuleSet } from '../rules/rule-set.js';
import { judge } from '../rules/score-transaction.js';
import type { ErroredRule, RuleHit } from '../votes.js';
import type { StoredOrder } from './stored-order.js';

/** What a backtest decides with, besides each order's facts. */
export interface TrialRules {
  readonly ruleSet: RuleSet;
  readonly settings: Settings;
  /** A banner's policy by its version; undefined when it is unknown. */
  readonly policyOf: (banner: Banner, version: number) => Policy | undefined;
}

/** The result of the tried rules for one stored order. */
export interface Tried {
  readonly outcome: Outcome;
  /** A would-be reject that goes to a reviewer, as one of a random share. */
  readonly isSampledReject: boolean;
  readonly localOutcome: Outcome;
  readonly totalScore: number;
  readonly hits: readonly RuleHit[];
  readonly erroredRules: readonly ErroredRule[];
  /** The partners were skipped, and the tried rules would have asked them. */
  readonly arePartnersMissing: boolean;
  /** Score, rules, remarks and outcome equal the stored decision. */
  readonly isSame: boolean;
}

/** Names of facts that were not stored, without which the rules cannot decide the order. */
export interface NotEvaluable {
  readonly missing: readonly string[];
}

/** The message of `MissingFact`. */
const missingForm = /^the fact (\S+) has no value$/;

/**
 * Facts that an errored rule needs and that the decision does not hold. A rule that the same
 * missing fact errored in the original decision does not count.
 */
export const unknownFacts = (
  errored: readonly ErroredRule[],
  order: Pick<StoredOrder, 'erroredRules'>,
): string[] =>
  errored.flatMap(({ message }) => {
    const fact = missingForm.exec(message)?.[1];
    if (fact === undefined) return [];
    return order.erroredRules.some((known) => known.message === message) ? [] : [fact];
  });

const homeCurrencyOf = (facts: Facts, { banner }: StoredOrder, settings: Settings): string => {
  const stored = facts['tx']?.['homeCurrency'];
  return typeof stored === 'string' ? stored : settings.banners[banner].currency;
};

const sameErrors = (one: readonly ErroredRule[], other: readonly ErroredRule[]): boolean =>
  one.length === other.length && one.every(({ id }, index) => id === other[index]?.id);

/**
 * Decides a stored order by other rules, from its facts, its partners' answers and the policy of
 * the time. Pure. With `areStored`, a missing fact makes the order not evaluable; a missing
 * recomputed fact makes the rule errored, as in a live decision.
 */
export const tryRules = (
  { ruleSet, settings, policyOf }: TrialRules,
  order: StoredOrder,
  facts: Facts,
  areStored: boolean,
): Tried | NotEvaluable => {
  const { banner, answers, transactionId } = order;
  const policy = policyOf(banner, order.policyVersion);
  if (policy === undefined) return { missing: ['policy.version'] };
  const rules = ruleSet.of(banner);
  const results = rules.evaluate(facts);
  const missing = areStored ? unknownFacts(results.erroredRules, order) : [];
  if (missing.length > 0) return { missing: [...new Set(missing)] };
  const score = judge(results, rules.bands ?? settings.banners[banner].bands);
  const local = { ...results, ...score, facts: {}, ruleSetHash: ruleSet.hash };
  const isHome = order.currency === homeCurrencyOf(facts, order, settings);
  const homeAmount = isHome ? order.amount : null;
  const { outcome, remarks, sampledRejectShare } = combineVotes({
    ...{ local, answers, policy, homeAmount, transactionId },
  });
  return {
    outcome,
    isSampledReject: sampledRejectShare !== null,
    localOutcome: score.outcome,
    totalScore: score.totalScore,
    hits: results.hits,
    erroredRules: results.erroredRules,
    arePartnersMissing:
      score.outcome !== 'reject' && answers.some(({ kind }) => kind === 'skipped'),
    isSame:
      outcome === order.outcome &&
      score.totalScore === order.totalScore &&
      remarks === order.remarks &&
      printRulesTripped(results.hits) === order.rulesTripped &&
      sameErrors(results.erroredRules, order.erroredRules),
  };
};
