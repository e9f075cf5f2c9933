import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Policy } from '../../contracts/policy.js';
import type { Settings } from '../../contracts/settings.js';
import { combineVotes, partnerPolicyOf } from '../combine-votes.js';
import type { PartnerAnswer } from '../votes.js';
import type { StoredOrder } from './stored-order.js';

/**
 * True when a policy asks a partner that another one leaves out and that was not asked for this
 * order: nobody knows its vote.
 */
export const isVoteUnknown = ({ answers }: StoredOrder, from: Policy, to: Policy): boolean =>
  answers.some(
    ({ kind, partner }) =>
      kind === 'disabled' &&
      partnerPolicyOf(to, partner)?.enabled === true &&
      partnerPolicyOf(from, partner)?.enabled === false,
  );

const homeAmountOf = ({ facts, amount, currency, banner }: StoredOrder, settings: Settings) => {
  const home = facts['tx.homeCurrency'] ?? settings.banners[banner].currency;
  return currency === home ? amount : null;
};

/**
 * What a stored order comes to under a policy: its local score and its partners' answers, combined
 * anew. A partner that the policy leaves out has no vote. Pure.
 */
export const recombine = (order: StoredOrder, policy: Policy, settings: Settings): Outcome => {
  const answers = order.answers.map(
    (answer): PartnerAnswer =>
      partnerPolicyOf(policy, answer.partner)?.enabled === true
        ? answer
        : { kind: 'disabled', partner: answer.partner },
  );
  const { totalScore, localOutcome: outcome, erroredRules, ruleSetHash } = order;
  const local = { totalScore, outcome, hits: [], erroredRules, facts: {}, ruleSetHash };
  const homeAmount = homeAmountOf(order, settings);
  return combineVotes({ local, answers, policy, homeAmount }).outcome;
};
