import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  proxyLocalActivities,
  setHandler,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Activities } from '../../../activities/create-activities.js';
import type { PartnerAnswer, PartnerName } from '../../../domain/votes.js';
import { partnersWithin } from '../../../workflows/order/activity-options.js';
import {
  firstDecisionUpdate,
  type ScreenTransactionInput,
} from '../../../workflows/order/messages.js';
import { review } from '../../../workflows/order/review.js';
import {
  isEnded,
  listen,
  newScreening,
  publish,
  type Screening,
} from '../../../workflows/order/handlers.js';
import { settle } from '../../../workflows/order/settle.js';

/**
 * The order workflow of an earlier version. It branched on the shape of a local activity's failure,
 * and a delayed answer left a history that could not be replayed.
 */

const { score, recordDecision } = proxyLocalActivities<Activities>({
  startToCloseTimeout: '5s',
  localRetryThreshold: '2s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

const unavailable = (partner: PartnerName, latencyMs: number): PartnerAnswer => ({
  ...{ kind: 'unavailable', partner, fault: 'timeout', retryable: true, latencyMs },
});

const askPartners = ({ transactionId, banner, budgetMs }: ScreenTransactionInput) => {
  const { checkSardine, checkYleo } = partnersWithin(budgetMs);
  const orNothing = (partner: PartnerName) => (error: unknown) => {
    if (isCancellation(error)) throw error;
    const isOver = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
    return isOver ? unavailable(partner, budgetMs) : undefined;
  };
  const question = { transactionId, banner, budgetMs };
  // Its activities answered or failed: they never returned `not_made`.
  const asAnswer = (result: unknown) => result as PartnerAnswer;
  return Promise.all([
    checkSardine(question).then(asAnswer).catch(orNothing('sardine')),
    checkYleo(question).then(asAnswer).catch(orNothing('yleo')),
  ]);
};

const decide = async (input: ScreenTransactionInput, screening: Screening): Promise<void> => {
  const { transactionId, banner, amount, currency, budgetMs } = input;
  const asked = askPartners(input);
  const local = await score({ transactionId });
  let [sardine, yleo] = await asked;
  if (sardine === undefined || yleo === undefined) [sardine, yleo] = await askPartners(input);
  const decision = await recordDecision({
    ...{ transactionId, banner, amount, currency, local },
    answers: [sardine ?? unavailable('sardine', budgetMs), yleo ?? unavailable('yleo', budgetMs)],
    reviewDueAtMs: Date.now() + input.review.expireAfterMs,
  });
  screening.decision = decision;
  screening.votes = decision.votes;
  screening.outcome = decision.outcome;
  screening.status = decision.outcome === 'review' ? 'in_review' : 'settling';
  screening.dueAtMs = decision.outcome === 'review' ? decision.reviewDueAtMs : undefined;
};

export async function screenTransaction(input: ScreenTransactionInput): Promise<unknown> {
  const screening = newScreening();
  listen(screening);
  setHandler(firstDecisionUpdate, () =>
    CancellationScope.nonCancellable(async () => {
      await condition(() => screening.decision !== undefined);
      return {
        answer: screening.decision?.answer ?? '',
        inReview: screening.decision?.outcome === 'review',
      };
    }),
  );
  return CancellationScope.nonCancellable(async () => {
    await decide(input, screening);
    publish(screening);
    while (!isEnded(screening.status)) {
      if (screening.outcome === 'review') await review(input, screening);
      if (isEnded(screening.status)) break;
      await settle(input, screening);
      publish(screening);
    }
    await condition(allHandlersFinished);
    return { outcome: screening.outcome, status: screening.status };
  });
}
