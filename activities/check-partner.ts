import { Context } from '@temporalio/activity';
import type { PartnerAnswer, PartnerName } from '../domain/votes.js';
import { answerOnce } from '../services/transactions/answer-once.js';
import type { LoadedTransaction } from '../services/transactions/load.js';
import type { ActivityDeps } from './deps.js';

export interface PartnerCheckInput {
  readonly transactionId: string;
  readonly budgetMs: number;
  readonly totalScore: number;
}

/**
 * Asks one partner for its vote. It may run twice: a usable answer is kept per transaction and
 * given again, so that a re-run neither pays nor changes.
 */
export const checkPartner =
  (partner: PartnerName, deps: ActivityDeps) =>
  async (input: PartnerCheckInput): Promise<PartnerAnswer> => {
    const client = deps[partner];
    if (client === undefined) return { kind: 'disabled', partner };
    const startedAtMs = performance.now();
    const elapsedMs = () => performance.now() - startedAtMs;
    const { transactionId } = input;
    const source = { db: deps.pool, vault: deps.vault, now: deps.now };
    const ask = ({ transaction, receivedAt }: LoadedTransaction) =>
      client.check(transaction, {
        transactionId,
        receivedAtMs: receivedAt.getTime(),
        budgetMs: Math.max(1, Math.floor(input.budgetMs - elapsedMs())),
        totalScore: input.totalScore,
        signal: Context.current().cancellationSignal,
      });
    const answer = await answerOnce(source, transactionId, partner, ask);
    const result = answer.kind === 'unavailable' ? answer.fault : answer.kind;
    deps.reports.partnerAnswered(partner, result, elapsedMs() / 1000);
    return answer;
  };
