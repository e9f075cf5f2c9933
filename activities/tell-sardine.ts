import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { PartnerFault } from '../partners/fault.js';
import { atPresent } from '../services/context.js';
import {
  dropFeedback,
  type DueFeedback,
  type DueOutcome,
  makeFeedbackDue,
  openOutcome,
  postponeFeedback,
  recordFeedback,
  takeFeedback,
} from '../services/sardine-feedback.js';
import type { ActivityDeps } from './deps.js';
import { growingPauseMs } from './pause.js';

export interface TellSardineInput {
  readonly transactionId: string;
}

/** Feedback is retried for a day (agreed with Sardine's users), then an operator takes over. */
const giveUpAfterMs = 24 * 60 * 60 * 1000;

const timeoutMs = 10_000;
const pauses = { firstMs: 5000, maxMs: 15 * 60_000 };

type TellDeps = Pick<ActivityDeps, 'sardine' | 'db' | 'vault' | 'controls' | 'reports' | 'now'>;

/**
 * `not_known`: Sardine never scored the transaction, so there is no feedback. `before`: the order's
 * timeline shows that it was sent. `later`: Sardine did not accept it, with the reason; it is
 * retried.
 */
export type FeedbackResult =
  | 'sent'
  | 'given_up'
  | 'not_known'
  | 'before'
  | { readonly later: string };

/**
 * Sends Sardine the outcome of a transaction that it scored. It may run twice: Sardine recognises
 * the feedback by its id. Gives up with an alarm when Sardine refuses it or has not accepted it
 * within a day.
 */
const tellOutcome = async (
  deps: TellDeps,
  due: DueOutcome,
  signal: AbortSignal,
): Promise<FeedbackResult> => {
  const { sardine, vault, now } = deps;
  const { transactionId, since } = due;
  const found = openOutcome(vault, due);
  if (typeof found === 'string') return found;
  if (sardine === undefined) return 'not_known';
  const { outcome, transaction } = found;
  const note = async (result: 'sent' | 'given_up'): Promise<FeedbackResult> => {
    await recordFeedback(atPresent(deps), { transactionId, outcome, result });
    if (result === 'given_up') deps.reports.alarm('feedback_given_up', { transactionId });
    return result;
  };
  if (now().getTime() - since.getTime() > giveUpAfterMs) return note('given_up');
  if (deps.controls().switchedOff.has('sardine')) return { later: 'switched off' };
  const id = `${transactionId}-final`;
  const feedback = { id, transactionId, atMs: since.getTime(), outcome };
  try {
    await sardine.tell(transaction, feedback, { timeoutMs, signal });
  } catch (error) {
    if (!(error instanceof PartnerFault)) throw error;
    const isFinal = !error.retryable && error.code !== 'unauthorized';
    return isFinal ? note('given_up') : { later: error.code };
  }
  return note('sent');
};

/** Sends the feedback of one claimed order, and schedules its retry or marks it done. */
const sendClaimed = async (
  deps: TellDeps,
  claimed: DueFeedback,
  due: DueOutcome,
  signal: AbortSignal,
): Promise<FeedbackResult> => {
  const { now } = deps;
  const { transactionId, attempts } = due;
  const result = await tellOutcome(deps, due, signal).catch((error: unknown): FeedbackResult => {
    if (error instanceof TemporarilyUnavailable) throw error;
    // An order that cannot be decrypted must not block others.
    return { later: signal.aborted ? 'the worker ends' : 'a fault of ours' };
  });
  if (typeof result === 'object') {
    const pauseMs = signal.aborted ? 0 : growingPauseMs(attempts, pauses);
    await postponeFeedback(deps, claimed, transactionId, new Date(now().getTime() + pauseMs));
  } else if (result === 'not_known' || result === 'before')
    await dropFeedback(deps, claimed, transactionId);
  return result;
};

export interface FeedbackBatch {
  /** The result of each order, by its id. */
  readonly results: ReadonlyMap<string, FeedbackResult>;
  readonly hasMore: boolean;
}

/**
 * Sends due feedback to Sardine for at most `limit` orders, concurrently. Feedback that Sardine did
 * not accept is retried after a growing pause.
 */
export const sendOutcomes = async (
  deps: TellDeps,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<FeedbackBatch> => {
  const claimed = await takeFeedback(atPresent(deps), { limit });
  const results = await Promise.all(
    claimed.rows.map(
      async (due) => [due.transactionId, await sendClaimed(deps, claimed, due, signal)] as const,
    ),
  );
  return { results: new Map(results), hasMore: claimed.rows.length === limit };
};

/**
 * For workflows that an earlier version started: queues the order for the consumer that sends all
 * feedback. It may run twice.
 */
export const tellSardine =
  (deps: Pick<TellDeps, 'db' | 'now'>) =>
  async ({ transactionId }: TellSardineInput): Promise<'owed'> => {
    await makeFeedbackDue(atPresent(deps), transactionId);
    return 'owed';
  };
