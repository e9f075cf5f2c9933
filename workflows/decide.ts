import { isCancellation } from '@temporalio/workflow';
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

const askPartners = async (
  input: ScreenTransactionInput,
  totalScore: number,
): Promise<PartnerAnswer[]> => {
  const { transactionId, budgetMs } = input;
  const { checkSardine, checkYleo } = partnersWithin(budgetMs);
  const question = { transactionId, budgetMs, totalScore };
  const orUnavailable = (partner: PartnerName) => (error: unknown) => {
    if (isCancellation(error)) throw error;
    return unavailable(partner, budgetMs);
  };
  return Promise.all([
    checkSardine(question).catch(orUnavailable('sardine')),
    checkYleo(question).catch(orUnavailable('yleo')),
  ]);
};

const passOver = (reason: string): PartnerAnswer[] => [
  { kind: 'skipped', partner: 'sardine', reason },
  { kind: 'skipped', partner: 'yleo', reason },
];

/**
 * The answer path: local activities only, because each hop over a task queue would cost the caller
 * tens of milliseconds. The decision is stored before anybody can see it.
 */
export const decide = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<void> => {
  const { local, skipPartners } = await score({ transactionId: input.transactionId });
  const answers =
    skipPartners === null ? await askPartners(input, local.totalScore) : passOver(skipPartners);
  const decision = await recordDecision({
    transactionId: input.transactionId,
    banner: input.banner,
    local,
    answers,
    reviewDueAtMs: Date.now() + input.review.expireAfterMs,
  });
  screening.decision = decision;
  screening.outcome = decision.outcome;
  screening.status = decision.outcome === 'review' ? 'in_review' : 'settling';
  screening.dueAtMs = decision.outcome === 'review' ? decision.reviewDueAtMs : undefined;
};
