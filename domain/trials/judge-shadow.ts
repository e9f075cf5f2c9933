import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Policy } from '../../contracts/policy.js';
import type { Bands } from '../../contracts/rules.js';
import { combineVotes } from '../combine-votes.js';
import type { Facts } from '../facts/catalogue.js';
import type { RuleResults, RuleSet } from '../rules/rule-set.js';
import { judge } from '../rules/score-transaction.js';
import type { ErroredRule, PartnerAnswer, RuleHit } from '../votes.js';

/** The part of a stored decision that a shadow evaluation needs. */
export interface DecidedOrder extends RuleResults {
  readonly transactionId: string;
  readonly banner: Banner;
  /** The partners' answers at decision time. */
  readonly answers: readonly PartnerAnswer[];
  /** The banner's policy at decision time. */
  readonly policy: Policy;
  /** Order total in the banner's currency; null when the order has another currency. */
  readonly homeAmount: number | null;
  /** Used where the rule set has no bands for the banner. */
  readonly bands: Bands;
}

/** The outcome of the order if only this shadow rule had been live. */
export type Alone = { readonly alone: Outcome };

/** The decision that a rule set would have made. */
export interface ShadowScore {
  readonly totalScore: number;
  /** Outcome of the whole decision, with the partners' votes and the policy of the time. */
  readonly outcome: Outcome;
  /** Of a challenger all hits; of the deciding version the hits of its shadow rules. */
  readonly hits: readonly (RuleHit | (RuleHit & Alone))[];
  readonly erroredRules: readonly (ErroredRule | (ErroredRule & Alone))[];
}

const decide = (
  ruleSet: RuleSet,
  order: DecidedOrder,
  results: RuleResults,
): { readonly totalScore: number; readonly outcome: Outcome } => {
  const { transactionId, banner, answers, policy, homeAmount } = order;
  const judged = judge(results, ruleSet.of(banner).bands ?? order.bands);
  const local = { ...judged, ...results, facts: {}, ruleSetHash: ruleSet.hash };
  const { outcome } = combineVotes({ local, answers, policy, homeAmount, transactionId });
  return { totalScore: judged.totalScore, outcome };
};

/** The decision of a challenger's live rules. */
export const judgeChallenger = (
  ruleSet: RuleSet,
  order: DecidedOrder,
  facts: Facts,
): ShadowScore => {
  const { hits, erroredRules } = ruleSet.of(order.banner).evaluate(facts);
  return { ...decide(ruleSet, order, { hits, erroredRules }), hits, erroredRules };
};

/**
 * The decision of the deciding rule set with its shadow rules live: its stored hits together with
 * those of the shadow rules. Each shadow rule also gets the outcome that it alone would cause.
 */
export const judgeShadowRules = (
  ruleSet: RuleSet,
  order: DecidedOrder,
  facts: Facts,
): ShadowScore => {
  const { hits, erroredRules } = ruleSet.of(order.banner).evaluateShadow(facts);
  const together = (more: RuleResults) =>
    decide(ruleSet, order, {
      hits: [...order.hits, ...more.hits],
      erroredRules: [...order.erroredRules, ...more.erroredRules],
    });
  const aloneOf = (id: string): Alone => ({
    alone: together({
      hits: hits.filter((hit) => hit.id === id),
      erroredRules: erroredRules.filter((errored) => errored.id === id),
    }).outcome,
  });
  return {
    ...together({ hits, erroredRules }),
    hits: hits.map((hit) => ({ ...hit, ...aloneOf(hit.id) })),
    erroredRules: erroredRules.map((errored) => ({ ...errored, ...aloneOf(errored.id) })),
  };
};
