import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Banner } from '../contracts/hbc/transaction.js';
import type { PartnerAnswer, PartnerName } from '../domain/votes.js';
import { answerOnce } from '../services/transactions/answer-once.js';
import type { ActivityDeps } from './deps.js';
import { partnerOff } from './partner-off.js';

export interface PartnerCheckInput {
  readonly transactionId: string;
  readonly banner: Banner;
  readonly budgetMs: number;
}

/**
 * What storing the decision and sending the answer take, measured at 45 to 85 ms: kept back, so
 * that with a dead partner the whole answer still comes within the budget.
 */
const reserveMsOf = (budgetMs: number): number => Math.min(75, budgetMs / 10);

/** No partner answers in less: a call would only be cut off. */
const leastMs = 10;

/** The workflow makes a check again that failed, and had no vote for a reason of ours. */
const notMade = (partner: PartnerName): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'OwnDelay',
    message: `this process did not run while ${partner} was asked`,
    category: 'BENIGN',
  });

const outOfTime = (partner: PartnerName, latencyMs: number): PartnerAnswer => ({
  kind: 'unavailable',
  partner,
  fault: 'timeout',
  retryable: true,
  latencyMs: Math.round(latencyMs),
});

/**
 * Asks one partner for its vote, unless the local score rejects already. It may run twice: a
 * usable answer is kept per transaction and given again, so a re-run neither pays nor changes.
 */
export const checkPartner =
  (partner: PartnerName, deps: ActivityDeps) =>
  async ({ transactionId, banner, budgetMs }: PartnerCheckInput): Promise<PartnerAnswer> => {
    const client = deps[partner];
    if (client === undefined) return { kind: 'disabled', partner };
    const reason = partnerOff(partner, banner, deps.controls());
    if (reason !== undefined) return { kind: 'disabled', partner, reason };
    client.heedLever(deps.controls().leverMovedAtMs.get(partner));
    const startedAtMs = performance.now();
    const elapsedMs = () => performance.now() - startedAtMs;
    const scored = deps.scores.of(transactionId);
    const ask = async (): Promise<PartnerAnswer> => {
      const { transaction, receivedAt, local, skipPartners } = await scored;
      if (skipPartners !== null) return { kind: 'skipped', partner, reason: skipPartners };
      const leftMs = Math.floor(budgetMs - reserveMsOf(budgetMs) - elapsedMs());
      // Our own delay must not count as the partner's fault, which could open its breaker.
      if (leftMs < leastMs) return outOfTime(partner, elapsedMs());
      return client.check(transaction, {
        transactionId,
        receivedAtMs: receivedAt.getTime(),
        budgetMs: leftMs,
        totalScore: local.totalScore,
        mode: 'answer',
        signal: Context.current().cancellationSignal,
      });
    };
    const onLost = () => deps.reports.alarm('partner_answer_lost');
    const store = { db: deps.pool, now: deps.now, onLost };
    const answer = await answerOnce(store, transactionId, partner, ask);
    const result = answer.kind === 'unavailable' ? answer.fault : answer.kind;
    deps.reports.partnerAnswered(partner, result, elapsedMs() / 1000);
    if (answer.kind === 'unavailable' && answer.isOwnDelay) throw notMade(partner);
    return answer;
  };
