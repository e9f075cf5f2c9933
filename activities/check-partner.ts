import { Context } from '@temporalio/activity';
import type { Banner } from '../contracts/hbc/transaction.js';
import type { PartnerAnswer, PartnerName } from '../domain/votes.js';
import { inTime } from '../partners/in-time.js';
import { findAnswer, keepAnswer } from '../services/transactions/partner-answers.js';
import type { ActivityDeps } from './deps.js';
import { partnerOff } from './partner-off.js';

export interface PartnerCheckInput {
  readonly transactionId: string;
  readonly banner: Banner;
  readonly budgetMs: number;
}

/**
 * What a check tells the workflow. `not_made`: a reason of ours kept it from asking, such as a slow
 * Postgres; it says nothing about the partner, and the check is made again.
 */
export type CheckResult =
  | PartnerAnswer
  | { readonly kind: 'not_made'; readonly partner: PartnerName };

/**
 * What storing the decision and sending the answer take, measured at 45 to 85 ms: kept back, so
 * that with a dead partner the whole answer still comes within the budget.
 */
const reserveMsOf = (budgetMs: number): number => Math.min(75, budgetMs / 10);

/** Of the budget, what our own part may take before the partner is asked. */
const ownShare = 0.5;

/** What of ours a question needs: whether it was asked before, and the scored order. */
const prepare = async (partner: PartnerName, deps: ActivityDeps, transactionId: string) => {
  const [known, scored] = await Promise.all([
    findAnswer(deps, transactionId, partner),
    deps.scores.of(transactionId),
  ]);
  return { known, ...scored };
};

/**
 * Asks one partner for its vote, unless the local score rejects already. It may run twice: a
 * usable answer is kept per transaction and given again, so a re-run neither pays nor changes.
 * When Postgres or this process takes half of the budget, nobody is asked: a partner that is given
 * the rest would be blamed for our delay.
 */
export const checkPartner =
  (partner: PartnerName, deps: ActivityDeps) =>
  async ({ transactionId, banner, budgetMs }: PartnerCheckInput): Promise<CheckResult> => {
    const client = deps[partner];
    if (client === undefined) return { kind: 'disabled', partner };
    const reason = partnerOff(partner, banner, deps.controls());
    if (reason !== undefined) return { kind: 'disabled', partner, reason };
    client.heedLever(deps.controls().leverMovedAtMs.get(partner));
    const startedAtMs = performance.now();
    const elapsedMs = () => performance.now() - startedAtMs;
    const report = <T extends CheckResult>(result: T): T => {
      const word = result.kind === 'unavailable' ? result.fault : result.kind;
      deps.reports.partnerAnswered(partner, word, elapsedMs() / 1000);
      return result;
    };
    const ready = await inTime(budgetMs * ownShare, prepare(partner, deps, transactionId));
    if (ready === undefined) return report({ kind: 'not_made', partner });
    const { known, transaction, receivedAt, local, skipPartners } = ready;
    if (known !== undefined) return report(known);
    if (skipPartners !== null) return report({ kind: 'skipped', partner, reason: skipPartners });
    const answer = await client.check(transaction, {
      transactionId,
      receivedAtMs: receivedAt.getTime(),
      budgetMs: Math.floor(budgetMs - reserveMsOf(budgetMs) - elapsedMs()),
      totalScore: local.totalScore,
      mode: 'answer',
      signal: Context.current().cancellationSignal,
    });
    // This process did not run while the partner was asked: that says nothing about it.
    if (answer.kind === 'unavailable' && answer.isOwnDelay)
      return report({ kind: 'not_made', partner });
    const onLost = () => deps.reports.alarm('partner_answer_lost');
    keepAnswer({ db: deps.db, now: deps.now, onLost }, transactionId, answer);
    return report(answer);
  };
