import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Outcome } from '../contracts/hbc/decision.js';
import type { Banner } from '../contracts/hbc/transaction.js';
import { isWorthAskingAgain } from '../domain/combine-votes.js';
import type { PartnerAnswer, PartnerName, Vote } from '../domain/votes.js';
import { recordLateVote } from '../services/transactions/partner-answers.js';
import { loadDecided } from '../services/transactions/records.js';
import type { ActivityDeps } from './deps.js';
import { partnerOff } from './partner-off.js';
import { growingPauseMs } from './pause.js';

export interface AskAgainInput {
  readonly transactionId: string;
  readonly banner: Banner;
}

/** The new result of all votes, or that this partner will never answer for this order. */
export type LateVoteResult =
  | { readonly kind: 'heard'; readonly outcome: Outcome; readonly votes: readonly Vote[] }
  | { readonly kind: 'refused' };

/** No caller waits for this call, so a slow partner gets far more time than within an answer. */
const backgroundBudgetMs = 10_000;

/** The workflow waits 5 s before the first attempt; the pauses grow from there. */
const pauses = { firstMs: 5000, maxMs: 5 * 60_000 };

const notYet = (partner: PartnerName, why: string): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'PartnerSilent',
    message: `${partner} has no vote yet (${why}); it is asked again`,
    category: 'BENIGN',
    nextRetryDelay: growingPauseMs(Context.current().info.attempt, pauses),
  });

export type AskAgainDeps = Pick<
  ActivityDeps,
  'db' | 'vault' | 'partners' | 'controls' | 'reports' | 'now'
>;

const ask = async (
  partner: PartnerName,
  deps: AskAgainDeps,
  { transactionId, banner }: AskAgainInput,
): Promise<PartnerAnswer> => {
  const { transaction, receivedAt, totalScore, kept } = await loadDecided(deps, transactionId);
  const known = kept.find((answer) => answer.partner === partner);
  if (known !== undefined) return known;
  const client = deps.partners[partner];
  const off = partnerOff(partner, banner, deps.controls());
  if (client === undefined || off !== undefined) throw notYet(partner, off ?? 'not set up');
  client.heedLever(deps.controls().leverMovedAtMs.get(partner));
  const startedAtMs = performance.now();
  const answer = await client.check(transaction, {
    transactionId,
    receivedAtMs: receivedAt.getTime(),
    totalScore,
    budgetMs: backgroundBudgetMs,
    signal: Context.current().cancellationSignal,
    mode: 'background',
  });
  const result = answer.kind === 'unavailable' ? answer.fault : answer.kind;
  deps.reports.partnerAskedAgain(partner, result, (performance.now() - startedAtMs) / 1000);
  return answer;
};

/**
 * Asks a partner again whose vote is missing. It may run twice: the first usable answer is stored
 * and applied once. Throws until the partner answers; Temporal retries after a growing pause.
 */
export const askAgain =
  (partner: PartnerName, deps: AskAgainDeps) =>
  async (input: AskAgainInput): Promise<LateVoteResult> => {
    const { transactionId, banner } = input;
    const answer = await ask(partner, deps, input);
    if (answer.kind !== 'answered') {
      if (isWorthAskingAgain(answer)) throw notYet(partner, answer.fault);
      return { kind: 'refused' };
    }
    const { policy } = deps.controls().policies[banner];
    const now = deps.now();
    const heard = await recordLateVote({ db: deps.db, now }, { transactionId, answer, policy });
    // There is no case to show it: the order was accepted while every partner was down.
    if (heard.answered === 'accept' && heard.lateVote === 'reject') {
      deps.reports.alarm('accepted_then_rejected', { partner, transactionId });
    }
    return { kind: 'heard', outcome: heard.outcome, votes: heard.votes };
  };
