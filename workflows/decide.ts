import { ActivityFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { PartnerAnswer, PartnerName } from '../domain/votes.js';
import { partnersWithin, recordDecision, score } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';
import type { Screening } from './screening.js';

/** A check that could not even report its own failure has no vote to give. */
const unavailable = (partner: PartnerName, budgetMs: number): PartnerAnswer => ({
  kind: 'unavailable',
  partner,
  fault: 'timeout',
  retryable: true,
  latencyMs: budgetMs,
});

/** Asks both partners; undefined for a check that failed although its time was not over. */
const askPartners = ({ transactionId, banner, budgetMs }: ScreenTransactionInput) => {
  const { checkSardine, checkYleo } = partnersWithin(budgetMs);
  const orNothing = (partner: PartnerName) => (error: unknown) => {
    if (isCancellation(error)) throw error;
    const isOver = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
    return isOver ? unavailable(partner, budgetMs) : undefined;
  };
  return Promise.all([
    checkSardine({ transactionId, banner, budgetMs }).catch(orNothing('sardine')),
    checkYleo({ transactionId, banner, budgetMs }).catch(orNothing('yleo')),
  ]);
};

/**
 * The answer path: local activities only, because each hop over a task queue would cost the caller
 * tens of milliseconds. The partners' steps begin beside the score's and wait for it in the
 * process, which spares the caller another hop. A check that failed for a reason of ours, such as
 * Postgres being away, is made again once the score is there; it has its budget then. An order
 * that was decided by a run that somebody ended is taken up where it stands.
 */
export const decide = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<void> => {
  const asked = askPartners(input);
  const local = await score({ transactionId: input.transactionId });
  let [sardine, yleo] = await asked;
  if (sardine === undefined || yleo === undefined) [sardine, yleo] = await askPartners(input);
  const answers = [
    sardine ?? unavailable('sardine', input.budgetMs),
    yleo ?? unavailable('yleo', input.budgetMs),
  ];
  const decision = await recordDecision({
    transactionId: input.transactionId,
    banner: input.banner,
    amount: input.amount,
    currency: input.currency,
    local,
    answers,
    reviewDueAtMs: Date.now() + input.review.expireAfterMs,
  });
  screening.decision = decision;
  screening.votes = decision.votes;
  const isReview = decision.outcome === 'review';
  const { standing } = decision;
  screening.outcome = standing?.outcome ?? decision.outcome;
  screening.status = standing?.status ?? (isReview ? 'in_review' : 'settling');
  screening.round = standing?.round ?? 0;
  screening.dueAtMs = standing?.dueAtMs ?? (isReview ? decision.reviewDueAtMs : undefined);
};
