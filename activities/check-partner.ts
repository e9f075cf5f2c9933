import { Context } from '@temporalio/activity';
import type { Banner } from '../contracts/hbc/transaction.js';
import type { PartnerAnswer, PartnerName } from '../domain/votes.js';
import { inTime } from '../partners/in-time.js';
import type { ActivityDeps } from './deps.js';
import { partnerOff } from './partner-off.js';

export interface PartnerCheckInput {
  readonly transactionId: string;
  readonly banner: Banner;
  readonly budgetMs: number;
}

/**
 * The result of a check for the workflow. `not_made`: a cause of our own, such as a slow Postgres,
 * prevented the call. It says nothing about the partner, and the workflow repeats the check.
 */
export type CheckResult =
  | PartnerAnswer
  | { readonly kind: 'not_made'; readonly partner: PartnerName };

/**
 * Reserved for storing the decision and sending the answer, measured at 45 to 85 ms, so that the
 * answer meets the budget even with a dead partner.
 */
const reserveMsOf = (budgetMs: number): number => Math.min(75, budgetMs / 10);

/** The share of the budget for our own work before the partner is called. */
const ownShare = 0.5;

/** Loads what a check needs: the stored answer, if any, and the scored order. */
const prepare = async (partner: PartnerName, deps: ActivityDeps, transactionId: string) => {
  const [known, scored] = await Promise.all([
    deps.answers.waiting(transactionId, partner) ?? deps.scores.answerOf(transactionId, partner),
    deps.scores.of(transactionId),
  ]);
  return { known, ...scored };
};

/**
 * Asks one partner for its vote, unless the local score already rejects. It may run twice: a usable
 * answer is stored per transaction and reused, so a re-run neither pays nor changes it. When our
 * own work takes half of the budget, the partner is not called: the remaining time would make our
 * delay look like its timeout.
 */
export const checkPartner =
  (partner: PartnerName, deps: ActivityDeps) =>
  async ({ transactionId, banner, budgetMs }: PartnerCheckInput): Promise<CheckResult> => {
    const client = deps.partners[partner];
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
    // This process was stalled during the call, so the result says nothing about the partner.
    if (answer.kind === 'unavailable' && answer.isOwnDelay)
      return report({ kind: 'not_made', partner });
    deps.answers.keep(transactionId, answer);
    return report(answer);
  };
