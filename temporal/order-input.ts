import type { Controls } from '../contracts/controls.js';
import type { Banner } from '../contracts/hbc/transaction.js';
import type { VotingPartner } from '../contracts/voting-partners.js';
import type { SanitisedTransaction } from '../domain/transaction.js';
import { type PartnerAccesses, partnersToAsk } from '../runtime/partner-access.js';
import type { ReviewPolicy, ScreenTransactionInput } from '../workflows/order/messages.js';

/** How a process starts new orders, from its configuration. */
export interface ScreeningPolicy {
  /** `DECISION_BUDGET_MS`; a banner's policy may lower it. */
  readonly budgetMs: number;
  readonly review: ReviewPolicy;
  /** The partners that an order asks, unless its banner's policy or a lever forbids it. */
  readonly partners: readonly VotingPartner[];
}

/** The time budget of all partners together in one answer of a banner. */
const budgetMsOf = (policy: ScreeningPolicy, controls: Controls, banner: Banner): number =>
  Math.min(policy.budgetMs, controls.policies[banner].policy.budgetMs ?? policy.budgetMs);

/** Reads the policy from a process's configuration. */
export const screeningPolicyOf = (config: {
  readonly DECISION_BUDGET_MS: number;
  readonly REVIEW_REMIND_AFTER: number;
  readonly REVIEW_EXPIRE_AFTER: number;
  readonly REVIEW_EXPIRE_ACTION: ReviewPolicy['expireAction'];
  readonly partners: PartnerAccesses;
}): ScreeningPolicy => ({
  budgetMs: config.DECISION_BUDGET_MS,
  review: {
    remindAfterMs: config.REVIEW_REMIND_AFTER,
    expireAfterMs: config.REVIEW_EXPIRE_AFTER,
    expireAction: config.REVIEW_EXPIRE_ACTION,
  },
  partners: partnersToAsk(config.partners),
});

/** The workflow's input: ids, amount, times and partners. It holds no personal data. */
export const screeningInputOf = (
  transactionId: string,
  transaction: SanitisedTransaction,
  receivedAt: Date,
  policy: ScreeningPolicy,
  controls: Controls,
): ScreenTransactionInput => ({
  transactionId,
  banner: transaction.banner,
  orderId: transaction.orderId,
  groupId: transaction.groupId,
  amount: transaction.orderTotal,
  currency: transaction.currencyCode,
  receivedAtMs: receivedAt.getTime(),
  budgetMs: budgetMsOf(policy, controls, transaction.banner),
  partners: policy.partners,
  review: policy.review,
});
