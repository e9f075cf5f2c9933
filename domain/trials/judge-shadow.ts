import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Policy } from '../../contracts/policy.js';
import type { Bands } from '../../contracts/rules.js';
import { combineVotes } from '../combine-votes.js';
import type { Facts } from '../facts/catalogue.js';
import type { RuleResults, RuleSet } from '../rules/rule-set.js';
import { judge } from '../rules/score-transaction.js';
import type { ErroredRule, PartnerAnswer, RuleHit } from '../votes.js';

/** What of a stored decision a second opinion goes by. */
export interface DecidedOrder extends RuleResults {
  readonly banner: Banner;
  /** As the partners had answered when the order was decided. */
  readonly answers: readonly PartnerAnswer[];
  /** The banner's policy then. */
  readonly policy: Policy;
  /** Order total in the banner's currency; null when the order has another currency. */
  readonly homeAmount: number | null;
  /** Where the rule set has none for the banner. */
  readonly bands: Bands;
}

/** A shadow rule's finding, with the outcome of the order if this one rule had been live. */
export type Alone = { readonly alone: Outcome };

/** What a rule set would have said of an order. */
export interface ShadowScore {
  readonly totalScore: number;
  /** Of the whole decision, with the partners' votes and the policy as they were. */
  readonly outcome: Outcome;
  /** A challenger's hits; of the version that decided, those of its shadow rules. */
  readonly hits: readonly (RuleHit | (RuleHit & Alone))[];
  readonly erroredRules: readonly (ErroredRule | (ErroredRule & Alone))[];
}

const decide = (
  ruleSet: RuleSet,
  order: DecidedOrder,
  results: RuleResults,
): { readonly totalScore: number; readonly outcome: Outcome } => {
  const { banner, answers, policy, homeAmount } = order;
  const judged = judge(results, ruleSet.of(banner).bands ?? order.bands);
  const local = { ...judged, ...results, facts: {}, ruleSetHash: ruleSet.hash };
  const { outcome } = combineVotes({ local, answers, policy, homeAmount });
  return { totalScore: judged.totalScore, outcome };
};

/** What a challenger's live rules would have said. */
export const judgeChallenger = (
  ruleSet: RuleSet,
  order: DecidedOrder,
  facts: Facts,
): ShadowScore => {
  const { hits, erroredRules } = ruleSet.of(order.banner).evaluate(facts);
  return { ...decide(ruleSet, order, { hits, erroredRules }), hits, erroredRules };
};

/**
 * What the rule set that decided would have said with its shadow rules live: its stored hits and
 * those of the shadow rules together. Each shadow rule also tells what it would have done alone.
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
