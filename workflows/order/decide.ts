import type { CheckResult } from '../../activities/check-partner.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';
import { durably, recordDecision, score } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';
import { isMadeAgain } from './missed-checks.js';
import type { Screening } from './handlers.js';
import { checkStep, partnersOf } from './partner-steps.js';

/** A check that failed twice has no vote. */
const unavailable = (partner: PartnerName, budgetMs: number): PartnerAnswer => ({
  kind: 'unavailable',
  partner,
  fault: 'timeout',
  retryable: true,
  latencyMs: budgetMs,
});

/**
 * Starts all checks concurrently. A check that does not complete is `rejected`; none delays
 * another.
 */
const askPartners = (input: ScreenTransactionInput) => {
  const { transactionId, banner, budgetMs } = input;
  return Promise.allSettled(
    partnersOf(input).map((partner) =>
      checkStep(partner, budgetMs)({ transactionId, banner, budgetMs }),
    ),
  );
};

/** The answer of a check, or `unavailable`. */
const answerOf = (
  check: PromiseSettledResult<CheckResult> | undefined,
  partner: PartnerName,
  budgetMs: number,
): PartnerAnswer =>
  check?.status === 'fulfilled' && check.value.kind !== 'not_made'
    ? check.value
    : unavailable(partner, budgetMs);

/**
 * The answer path uses local activities only, because each hop over a task queue would cost the
 * caller tens of milliseconds. The steps:
 *
 * 1. Our own rules score the order.
 * 2. The partners are asked concurrently, unless the score already rejects. Their activities start
 *    first and wait for the score in the memory of their process
 *    (`activities/score-cache.ts`), which saves the caller one hop.
 * 3. A check that failed for a cause of our own, such as a slow Postgres, is repeated with its full
 *    budget once the score is available.
 * 4. The votes are combined and stored. An order that an earlier, terminated run decided continues
 *    from its stored status.
 */
export const decide = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<void> => {
  const { transactionId, banner, amount, currency, budgetMs } = input;
  const asked = askPartners(input);
  const local = await score({ transactionId }).catch(() => durably.score({ transactionId }));
  let checks = await asked;
  if (isMadeAgain(checks)) checks = await askPartners(input);
  const question = {
    transactionId,
    banner,
    amount,
    currency,
    local,
    answers: partnersOf(input).map((partner, index) => answerOf(checks[index], partner, budgetMs)),
    reviewDueAtMs: Date.now() + input.review.expireAfterMs,
  };
  const decision = await recordDecision(question).catch(() => durably.recordDecision(question));
  screening.decision = decision;
  screening.votes = decision.votes;
  const isReview = decision.outcome === 'review';
  const { standing } = decision;
  screening.outcome = standing?.outcome ?? decision.outcome;
  screening.status = standing?.status ?? (isReview ? 'in_review' : 'settling');
  screening.round = standing?.round ?? 0;
  screening.dueAtMs = standing?.dueAtMs ?? (isReview ? decision.reviewDueAtMs : undefined);
};
