import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { PartnerFault } from '../partners/fault.js';
import { atPresent } from '../services/context.js';
import {
  dropFeedback,
  isFeedbackRecorded,
  type DueFeedback,
  makeFeedbackDue,
  postponeFeedback,
  recordFeedback,
  takeFeedback,
} from '../services/transactions/feedback.js';
import { type DecidedTransaction, loadDecided } from '../services/transactions/load.js';
import type { ActivityDeps } from './deps.js';
import { growingPauseMs } from './pause.js';

export interface TellSardineInput {
  readonly transactionId: string;
}

/** Feedback is worth a day of trying (settled with Sardine's users), then a person looks. */
const giveUpAfterMs = 24 * 60 * 60 * 1000;

const timeoutMs = 10_000;
const pauses = { firstMs: 5000, maxMs: 15 * 60_000 };

const outcomeOf = ({ status }: DecidedTransaction): 'approved' | 'declined' =>
  status === 'processed' ? 'approved' : 'declined';

type TellDeps = Pick<ActivityDeps, 'sardine' | 'db' | 'vault' | 'controls' | 'reports' | 'now'>;

interface OutcomeToTell extends TellSardineInput {
  /** When it came to be owed: as a rule, when the order was settled. */
  readonly since: Date;
  readonly signal: AbortSignal;
}

/**
 * `not_known`: Sardine never scored the transaction, so there is nothing to tell it. `before`: the
 * order's timeline says that it was told. `later`: Sardine did not take it, and why; it is to be
 * told again.
 */
export type Told = 'sent' | 'given_up' | 'not_known' | 'before' | { readonly later: string };

/**
 * Tells Sardine how a transaction ended that it has scored. It may run twice: Sardine knows the
 * feedback by its id. Gives up with an alarm when Sardine refuses it or has not taken it in a day.
 */
const tellOutcome = async (
  deps: TellDeps,
  { transactionId, since, signal }: OutcomeToTell,
): Promise<Told> => {
  const { sardine, now } = deps;
  if (await isFeedbackRecorded(deps, transactionId)) return 'before';
  const decided = await loadDecided(deps, transactionId);
  const isKnown = decided.kept.some(({ partner }) => partner === 'sardine');
  if (sardine === undefined || !isKnown) return 'not_known';
  const outcome = outcomeOf(decided);
  const note = async (result: 'sent' | 'given_up'): Promise<Told> => {
    await recordFeedback(atPresent(deps), { transactionId, outcome, result });
    if (result === 'given_up') deps.reports.alarm('feedback_given_up', { transactionId });
    return result;
  };
  if (now().getTime() - since.getTime() > giveUpAfterMs) return note('given_up');
  if (deps.controls().switchedOff.has('sardine')) return { later: 'switched off' };
  const id = `${transactionId}-final`;
  const feedback = { id, transactionId, atMs: since.getTime(), outcome };
  try {
    await sardine.tell(decided.transaction, feedback, { timeoutMs, signal });
  } catch (error) {
    if (!(error instanceof PartnerFault)) throw error;
    const isFinal = !error.retryable && error.code !== 'unauthorized';
    return isFinal ? note('given_up') : { later: error.code };
  }
  return note('sent');
};

type Row = DueFeedback['rows'][number];

/** Tells of one order of what was taken, and sees to it that it is told again or no more. */
const tellTaken = async (
  deps: TellDeps,
  owed: DueFeedback,
  { key, since, attempts }: Row,
  signal: AbortSignal,
): Promise<Told> => {
  const { now } = deps;
  const told = await tellOutcome(deps, { transactionId: key, since, signal }).catch(
    (error: unknown): Told => {
      if (error instanceof TemporarilyUnavailable) throw error;
      // One that cannot be opened keeps back no other.
      return { later: signal.aborted ? 'the worker ends' : 'a fault of ours' };
    },
  );
  if (typeof told === 'object') {
    const pauseMs = signal.aborted ? 0 : growingPauseMs(attempts, pauses);
    await postponeFeedback(deps, owed, key, new Date(now().getTime() + pauseMs));
  } else if (told === 'not_known' || told === 'before') await dropFeedback(deps, owed, key);
  return told;
};

export interface ToldBatch {
  /** What came of each order, by its id. */
  readonly told: ReadonlyMap<string, Told>;
  readonly hasMore: boolean;
}

/**
 * Tells Sardine how orders ended that are due, at most `limit` of them, side by side. What Sardine
 * did not take is told again after a growing pause.
 */
export const sendOutcomes = async (
  deps: TellDeps,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<ToldBatch> => {
  const owed = await takeFeedback(atPresent(deps), { limit });
  const told = await Promise.all(
    owed.rows.map(async (row) => [row.key, await tellTaken(deps, owed, row, signal)] as const),
  );
  return { told: new Map(told), hasMore: owed.rows.length === limit };
};

/**
 * A step of workflows that an earlier version began: it hands the order over to those who tell
 * Sardine of every settled one. It may run twice.
 */
export const tellSardine =
  (deps: Pick<TellDeps, 'db' | 'now'>) =>
  async ({ transactionId }: TellSardineInput): Promise<'owed'> => {
    await makeFeedbackDue(atPresent(deps), transactionId);
    return 'owed';
  };
