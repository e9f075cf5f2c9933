import { Context } from '@temporalio/activity';
import type { PartnerAnswer, PartnerName } from '../domain/votes.js';
import { answerOnce } from '../services/transactions/answer-once.js';
import type { ActivityDeps } from './deps.js';

export interface PartnerCheckInput {
  readonly transactionId: string;
  readonly budgetMs: number;
}

/**
 * Asks one partner for its vote, unless the local score rejects already. It may run twice: a
 * usable answer is kept per transaction and given again, so a re-run neither pays nor changes.
 */
export const checkPartner =
  (partner: PartnerName, deps: ActivityDeps) =>
  async ({ transactionId, budgetMs }: PartnerCheckInput): Promise<PartnerAnswer> => {
    const client = deps[partner];
    if (client === undefined) return { kind: 'disabled', partner };
    const startedAtMs = performance.now();
    const elapsedMs = () => performance.now() - startedAtMs;
    const scored = deps.scores.of(transactionId);
    const ask = async (): Promise<PartnerAnswer> => {
      const { transaction, receivedAt, local, skipPartners } = await scored;
      if (skipPartners !== null) return { kind: 'skipped', partner, reason: skipPartners };
      return client.check(transaction, {
        transactionId,
        receivedAtMs: receivedAt.getTime(),
        budgetMs: Math.max(1, Math.floor(budgetMs - elapsedMs())),
        totalScore: local.totalScore,
        signal: Context.current().cancellationSignal,
      });
    };
    const onLost = () => deps.reports.alarm('partner_answer_lost');
    const store = { db: deps.pool, now: deps.now, onLost };
    const answer = await answerOnce(store, transactionId, partner, ask);
    const result = answer.kind === 'unavailable' ? answer.fault : answer.kind;
    deps.reports.partnerAnswered(partner, result, elapsedMs() / 1000);
    return answer;
  };
