import type { Banner } from '../contracts/hbc/transaction.js';
import type { CarriedScore, LocalScore, PartnerAnswer, PartnerName } from '../domain/votes.js';
import {
  findOrderState,
  recordDecision as record,
  type OrderState,
  type StoredDecision,
} from '../services/transactions/decisions.js';
import { recordOfDecided } from '../services/transactions/records.js';
import type { ActivityDeps } from './deps.js';
import type { ScoredTransaction } from './score-cache.js';
import { orReview, type ReviewDeps } from './unscored.js';

/** The part of a stored decision that the workflow needs. */
export interface RecordedDecision extends Omit<StoredDecision, 'askAgain'> {
  readonly reviewDueAtMs: number;
  /** Absent in orders that an early version decided. */
  readonly askAgain?: readonly PartnerName[];
  /**
   * Set for orders that an earlier version decided: their workflow hands over the Sardine feedback.
   */
  readonly tellSardine?: boolean;
  /** Set when the workflow may settle the order in the same task. */
  readonly settlesAtOnce?: boolean;
  /** The order's status, when it was decided before this activity ran. */
  readonly standing?: OrderState;
}

export interface RecordDecisionInput {
  readonly transactionId: string;
  readonly banner: Banner;
  /** Order total in major units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  /** With its facts in orders that an earlier version scored. */
  readonly local: CarriedScore & Partial<Pick<LocalScore, 'facts'>>;
  readonly answers: readonly PartnerAnswer[];
  readonly reviewDueAtMs: number;
}

/**
 * Score and facts from one computation. When the process that scored the order is gone, both are
 * recomputed: rules may have been published meanwhile, and the facts of one rule set do not explain
 * the points of another. Only orders that are scored in this process have their transaction.
 */
const scoredOf = async (
  { scores }: Pick<ActivityDeps, 'scores'>,
  { transactionId, local }: RecordDecisionInput,
): Promise<{ readonly local: LocalScore; readonly scored?: ScoredTransaction }> => {
  const { facts } = local;
  if (facts !== undefined) return { local: { ...local, facts } };
  const scored = await scores.of(transactionId);
  return { local: scored.local, scored };
};

/**
 * Counts a partner as unanswered if it was skipped for a reject that the new score no longer gives.
 */
const answerBeside = ({ outcome }: LocalScore, answer: PartnerAnswer): PartnerAnswer =>
  answer.kind === 'skipped' && outcome !== 'reject'
    ? {
        kind: 'unavailable',
        partner: answer.partner,
        fault: 'timeout',
        retryable: true,
        latencyMs: 0,
      }
    : answer;

type RecordDeps = Pick<
  ActivityDeps,
  | 'writes'
  | 'settings'
  | 'controls'
  | 'reports'
  | 'scores'
  | 'answers'
  | 'justDecided'
  | 'announce'
  | 'pace'
  | 'now'
>;

/**
 * Combines the votes and stores the decision before the caller gets it. It may run twice: a stored
 * decision is returned, whatever the second run would decide.
 */
export const recordDecision =
  (deps: RecordDeps) =>
  async (input: RecordDecisionInput): Promise<RecordedDecision> => {
    const { transactionId, banner, reviewDueAtMs } = input;
    const db = deps.writes;
    const { local, scored } = await scoredOf(deps, input);
    const isHome = input.currency === deps.settings.banners[banner].currency;
    const answers = input.answers.map((answer) => answerBeside(local, answer));
    const decidedAt = deps.now();
    const { decision, recorded } = await record(
      { db, now: decidedAt },
      deps.controls().policies[banner],
      {
        ...{ transactionId, banner, local },
        answers,
        homeAmount: isHome ? input.amount : null,
        reviewDueAt: new Date(reviewDueAtMs),
      },
    );
    deps.scores.release(transactionId);
    const { answer, outcome } = decision;
    deps.announce({ transactionId, answer, inReview: outcome === 'review' });
    if (!recorded) {
      const standing = await findOrderState({ db }, transactionId);
      return { ...decision, reviewDueAtMs, standing };
    }
    deps.answers.storedWithDecision(transactionId, answers);
    deps.reports.decided(banner, outcome);
    const settlesAtOnce = outcome !== 'review' && deps.pace.mayAtOnce();
    if (settlesAtOnce && scored !== undefined) {
      deps.justDecided.hold(recordOfDecided(scored, { answer, decidedAt }));
    }
    return { ...decision, reviewDueAtMs, settlesAtOnce };
  };

/**
 * Stores a decision, or sends the order to review when its score prevents that: another process
 * scored it and it can no longer be computed, or Postgres refuses it.
 */
export const recordOrReview =
  (deps: ReviewDeps, step: (input: RecordDecisionInput) => Promise<RecordedDecision>) =>
  (input: RecordDecisionInput): Promise<RecordedDecision> =>
    orReview(
      deps,
      input.transactionId,
      () => step(input),
      (local) => step({ ...input, local }),
    );
