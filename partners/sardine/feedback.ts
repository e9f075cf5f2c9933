import type { FeedbackRequest } from '../../contracts/sardine/request.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';

/** The outcome of a transaction that Sardine assessed, at settlement or later. */
export type Feedback = {
  /** The same for every attempt, so that Sardine can detect a repeat. */
  readonly id: string;
  readonly transactionId: string;
  /** The time of the outcome, in milliseconds since 1970. */
  readonly atMs: number;
} & (
  | { readonly outcome: 'approved' }
  | { readonly outcome: 'declined' }
  /** `amount` is in major units; absent for the whole authorised amount. */
  | { readonly outcome: 'chargeback' | 'dispute'; readonly amount?: number }
);

const wordsOf = ({ outcome }: Feedback) => {
  switch (outcome) {
    case 'approved':
      return { type: 'authorization', status: 'approved' } as const;
    // Sardine's list for issuers has no value for a merchant's decline, so the reason carries it.
    case 'declined':
      return {
        type: 'authorization',
        status: 'issuer_declined',
        reason: 'merchant_reject',
      } as const;
    case 'chargeback':
      return { type: 'settlement', status: 'chargeback' } as const;
    // A dispute of the card holder with the merchant, which is not fraud.
    case 'dispute':
      return { type: 'settlement', status: 'merchant_dispute' } as const;
    default:
      return outcome satisfies never;
  }
};

const amountOf = (feedback: Feedback): number | undefined =>
  feedback.outcome === 'chargeback' || feedback.outcome === 'dispute' ? feedback.amount : undefined;

/** The body of `POST /v1/feedbacks`; `customerId` is that of the risk call. */
export const toFeedbackRequest = (
  { creditCard }: SanitisedTransaction,
  feedback: Feedback,
  customerId: string,
): FeedbackRequest => ({
  kind: 'issuing',
  customer: { id: customerId },
  transaction: {
    id: feedback.transactionId,
    amount: amountOf(feedback) ?? creditCard.authorizedAmount,
  },
  feedback: {
    id: feedback.id,
    scope: 'transaction',
    timeMillis: feedback.atMs,
    ...wordsOf(feedback),
  },
});
