import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Policy } from '../../contracts/policy.js';
import type { Settings } from '../../contracts/settings.js';
import { combineVotes, partnerPolicyOf } from '../combine-votes.js';
import type { PartnerAnswer } from '../votes.js';
import type { StoredOrder } from './stored-order.js';

/**
 * True when the new policy asks for the vote of a partner that the old policy left out and that has
 * no stored answer: its vote is unknown.
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
 * The outcome of a stored order under a policy: combines its local score and its partners' answers
 * again. A partner that the policy leaves out has no vote. Pure.
 */
export const recombine = (order: StoredOrder, policy: Policy, settings: Settings): Outcome => {
  const answers = order.answers.map(
    (answer): PartnerAnswer =>
      partnerPolicyOf(policy, answer.partner)?.enabled === true
        ? answer
        : { kind: 'disabled', partner: answer.partner },
  );
  const { totalScore, localOutcome: outcome, erroredRules, ruleSetHash } = order;
  const { facts, transactionId } = order;
  const local = { totalScore, outcome, hits: [], erroredRules, facts, ruleSetHash };
  const homeAmount = homeAmountOf(order, settings);
  return combineVotes({ local, answers, policy, homeAmount, transactionId }).outcome;
};
