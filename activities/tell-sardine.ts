import { ApplicationFailure, Context } from '@temporalio/activity';
import { PartnerFault } from '../partners/fault.js';
import { atPresent } from '../services/context.js';
import { type DecidedTransaction, loadDecided } from '../services/transactions/load.js';
import { forgetFeedback, recordFeedback } from '../services/transactions/feedback.js';
import type { ActivityDeps } from './deps.js';
import { growingPauseMs } from './pause.js';

export interface TellSardineInput {
  readonly transactionId: string;
}

/** `not_known`: Sardine never scored the transaction, so there is nothing to tell it. */
export type TellSardineResult = 'sent' | 'not_known' | 'given_up';

/** Feedback is worth a day of trying (settled with Sardine's users), then a person looks. */
const giveUpAfterMs = 24 * 60 * 60 * 1000;

const timeoutMs = 10_000;
const pauses = { firstMs: 5000, maxMs: 15 * 60_000 };

const tryLater = (fault: string): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'FeedbackNotTaken',
    message: `Sardine did not take the feedback (${fault}); it is told again`,
    category: 'BENIGN',
    nextRetryDelay: growingPauseMs(Context.current().info.attempt, pauses),
  });

const outcomeOf = ({ status }: DecidedTransaction): 'approved' | 'declined' =>
  status === 'processed' ? 'approved' : 'declined';

type TellDeps = Pick<ActivityDeps, 'sardine' | 'db' | 'vault' | 'controls' | 'reports' | 'now'>;

export interface OutcomeToTell extends TellSardineInput {
  /** Since when it is owed, in milliseconds since 1970. */
  readonly sinceMs: number;
  readonly signal: AbortSignal;
}

/** `later`: Sardine did not take it, and why; it is to be told again. */
export type Told = TellSardineResult | { readonly later: string };

/**
 * Tells Sardine how a transaction ended that it has scored. It may run twice: Sardine knows the
 * feedback by its id. Gives up with an alarm when Sardine refuses it or has not taken it in a day.
 */
export const tellOutcome = async (
  deps: TellDeps,
  { transactionId, sinceMs, signal }: OutcomeToTell,
): Promise<Told> => {
  const { sardine } = deps;
  const decided = await loadDecided(deps, transactionId);
  const isKnown = decided.kept.some(({ partner }) => partner === 'sardine');
  if (sardine === undefined || !isKnown) {
    await forgetFeedback(deps, transactionId);
    return 'not_known';
  }
  const outcome = outcomeOf(decided);
  const note = async (result: 'sent' | 'given_up'): Promise<Told> => {
    await recordFeedback(atPresent(deps), { transactionId, outcome, result });
    if (result === 'given_up') deps.reports.alarm('feedback_given_up', { transactionId });
    return result;
  };
  if (Date.now() - sinceMs > giveUpAfterMs) return note('given_up');
  if (deps.controls().switchedOff.has('sardine')) return { later: 'switched off' };
  const id = `${transactionId}-final`;
  const feedback = { id, transactionId, atMs: sinceMs, outcome };
  try {
    await sardine.tell(decided.transaction, feedback, { timeoutMs, signal });
  } catch (error) {
    if (!(error instanceof PartnerFault)) throw error;
    const isFinal = !error.retryable && error.code !== 'unauthorized';
    return isFinal ? note('given_up') : { later: error.code };
  }
  return note('sent');
};

/** `tellOutcome` as a step of the order's workflow, which is tried again until it is told. */
export const tellSardine =
  (deps: TellDeps) =>
  async ({ transactionId }: TellSardineInput): Promise<TellSardineResult> => {
    const { info, cancellationSignal: signal } = Context.current();
    const sinceMs = info.scheduledTimestampMs;
    const told = await tellOutcome(deps, { transactionId, sinceMs, signal });
    if (typeof told === 'object') throw tryLater(told.later);
    return told;
  };
