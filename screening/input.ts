import type { SanitisedTransaction } from '../domain/transaction.js';
import type { ReviewPolicy, ScreenTransactionInput } from '../workflows/messages.js';

/** How a new order is to be handled, from the configuration of the process that starts it. */
export interface ScreeningPolicy {
  readonly budgetMs: number;
  readonly review: ReviewPolicy;
}

/** The policy in force, read from a process's configuration. */
export const screeningPolicyOf = (config: {
  readonly DECISION_BUDGET_MS: number;
  readonly REVIEW_REMIND_AFTER: number;
  readonly REVIEW_EXPIRE_AFTER: number;
  readonly REVIEW_EXPIRE_ACTION: ReviewPolicy['expireAction'];
}): ScreeningPolicy => ({
  budgetMs: config.DECISION_BUDGET_MS,
  review: {
    remindAfterMs: config.REVIEW_REMIND_AFTER,
    expireAfterMs: config.REVIEW_EXPIRE_AFTER,
    expireAction: config.REVIEW_EXPIRE_ACTION,
  },
});

/** What the workflow is given: ids, amount and times; everything personal stays in Postgres. */
export const screeningInputOf = (
  transactionId: string,
  transaction: SanitisedTransaction,
  receivedAt: Date,
  policy: ScreeningPolicy,
): ScreenTransactionInput => ({
  transactionId,
  banner: transaction.banner,
  orderId: transaction.orderId,
  groupId: transaction.groupId,
  amount: transaction.orderTotal,
  currency: transaction.currencyCode,
  receivedAtMs: receivedAt.getTime(),
  ...policy,
});
