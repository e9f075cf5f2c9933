import type { CheckResult } from '../../activities/check-partner.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';
import { durably, recordDecision, score } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';
import { isMadeAgain } from './missed-checks.js';
import type { Screening } from './handlers.js';
import { checkStep, partnersOf } from './partner-steps.js';

/** A check that was made twice in vain has no vote to give. */
const unavailable = (partner: PartnerName, budgetMs: number): PartnerAnswer => ({
  kind: 'unavailable',
  partner,
  fault: 'timeout',
  retryable: true,
  latencyMs: budgetMs,
});

/** Begins all checks. One that does not even end is `rejected`; none holds up another. */
const askPartners = (input: ScreenTransactionInput) => {
  const { transactionId, banner, budgetMs } = input;
  return Promise.allSettled(
    partnersOf(input).map((partner) =>
      checkStep(partner, budgetMs)({ transactionId, banner, budgetMs }),
    ),
  );
};

/** The answer of a check, or that there is none. */
const answerOf = (
  check: PromiseSettledResult<CheckResult> | undefined,
  partner: PartnerName,
  budgetMs: number,
): PartnerAnswer =>
  check?.status === 'fulfilled' && check.value.kind !== 'not_made'
    ? check.value
    : unavailable(partner, budgetMs);

/**
 * The answer path: local activities only, because each hop over a task queue would cost the caller
 * tens of milliseconds. What happens, in this order:
 *
 * 1. The order is scored by our own rules.
 * 2. The partners are asked side by side, unless the score rejects already. Their steps are begun
 *    first all the same, and wait for the score in the memory of the process that runs them
 *    (`activities/score-cache.ts`): so the caller is spared the hop from the score to them.
 * 3. A check that was missed for a reason of ours, such as a slow Postgres, is made again once the
 *    score is there; it has its budget then.
 * 4. The votes are combined and stored. An order that was decided by a run that somebody ended is
 *    taken up where it stands.
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
