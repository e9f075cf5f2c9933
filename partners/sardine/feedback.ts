import type { FeedbackRequest } from '../../contracts/sardine/request.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';

/** How a transaction ended that Sardine has assessed, or what became of it later. */
export type Feedback = {
  /** The same for every try, so that Sardine can tell a repeat. */
  readonly id: string;
  readonly transactionId: string;
  /** When it came out, in milliseconds since 1970. */
  readonly atMs: number;
} & (
  | { readonly outcome: 'approved' }
  | { readonly outcome: 'declined' }
  /** `amount` in major units, where it is not the whole authorised amount. */
  | { readonly outcome: 'chargeback' | 'dispute'; readonly amount?: number }
);

const wordsOf = ({ outcome }: Feedback) => {
  switch (outcome) {
    case 'approved':
      return { type: 'authorization', status: 'approved' } as const;
    // Sardine's list for issuers has no word for a merchant who declines, so the reason says it.
    case 'declined':
      return {
        type: 'authorization',
        status: 'issuer_declined',
        reason: 'merchant_reject',
      } as const;
    case 'chargeback':
      return { type: 'settlement', status: 'chargeback' } as const;
    // The card holder's quarrel with the merchant, which is no fraud.
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
