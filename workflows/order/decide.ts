import type { CheckResult } from '../../activities/check-partner.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';
import { durably, partnersWithin, recordDecision, score } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';
import { isMadeAgain } from './missed-checks.js';
import type { Screening } from './handlers.js';

/** A check that was made twice in vain has no vote to give. */
const unavailable = (partner: PartnerName, budgetMs: number): PartnerAnswer => ({
  kind: 'unavailable',
  partner,
  fault: 'timeout',
  retryable: true,
  latencyMs: budgetMs,
});

/** Asks both partners. A check that does not even end is `rejected`; none holds up the other. */
const askPartners = ({ transactionId, banner, budgetMs }: ScreenTransactionInput) => {
  const { checkSardine, checkYleo } = partnersWithin(budgetMs);
  return Promise.allSettled([
    checkSardine({ transactionId, banner, budgetMs }),
    checkYleo({ transactionId, banner, budgetMs }),
  ]);
};

/** The answer of a check, or that there is none. */
const answerOf = (
  check: PromiseSettledResult<CheckResult>,
  partner: PartnerName,
  budgetMs: number,
): PartnerAnswer =>
  check.status === 'fulfilled' && check.value.kind !== 'not_made'
    ? check.value
    : unavailable(partner, budgetMs);

/**
 * The answer path: local activities only, because each hop over a task queue would cost the caller
 * tens of milliseconds. The partners' steps begin beside the score's and wait for it in the
 * process, which spares the caller another hop. A check that was missed for a reason of ours, such
 * as a slow Postgres, is made again once the score is there; it has its budget then. An order that
 * was decided by a run that somebody ended is taken up where it stands.
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
  const [sardine, yleo] = checks;
  const question = {
    transactionId,
    banner,
    amount,
    currency,
    local,
    answers: [answerOf(sardine, 'sardine', budgetMs), answerOf(yleo, 'yleo', budgetMs)],
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
