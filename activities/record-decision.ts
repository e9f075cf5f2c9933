import { banners } from '../contracts/hbc/transaction.js';
import type { LocalScore, PartnerAnswer } from '../domain/votes.js';
import {
  recordDecision as record,
  type StoredDecision,
} from '../services/transactions/record-decision.js';
import type { ActivityDeps } from './deps.js';

/** What the workflow needs to know of a stored decision. */
export interface RecordedDecision extends StoredDecision {
  readonly reviewDueAtMs: number;
}

export interface RecordDecisionInput {
  readonly transactionId: string;
  readonly banner: string;
  readonly local: LocalScore;
  readonly answers: readonly PartnerAnswer[];
  readonly reviewDueAtMs: number;
}

/**
 * Combines the votes and stores the decision before anybody is told. It may run twice: what is
 * stored is returned, whatever the second run would have decided.
 */
export const recordDecision =
  (deps: Pick<ActivityDeps, 'pool' | 'settings' | 'reports' | 'scores' | 'now'>) =>
  async (input: RecordDecisionInput): Promise<RecordedDecision> => {
    const banner = banners.find((known) => known === input.banner);
    if (banner === undefined) throw new Error('the banner is not known to this version');
    const { decision, recorded } = await record(deps.pool, deps.settings.banners[banner], {
      transactionId: input.transactionId,
      banner,
      local: input.local,
      answers: input.answers,
      reviewDueAt: new Date(input.reviewDueAtMs),
      now: deps.now(),
    });
    deps.scores.release(input.transactionId);
    if (recorded) deps.reports.decided(banner, decision.outcome);
    const { outcome, totalScore, answer, votes } = decision;
    return { outcome, totalScore, answer, votes, reviewDueAtMs: input.reviewDueAtMs };
  };
