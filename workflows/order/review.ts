import { CancellationScope, condition } from '@temporalio/workflow';
import type { Kept } from '../../activities/case-keeping.js';
import {
  readStanding,
  recordVerdict,
  recordWithdrawal,
  remindReviewer,
} from './activity-options.js';
import { askAgain } from './ask-again.js';
import type { ScreenTransactionInput } from './messages.js';
import { follow, publish, type Screening, winRound } from './handlers.js';

/** An overdue case that is kept open gets one reminder a day. */
const overdueReminderMs = 24 * 60 * 60 * 1000;

interface Wake {
  readonly atMs: number;
  /** The purpose of the timer, as Temporal's UI shows it. */
  readonly summary: string;
}

/**
 * The time of the next reminder or the deadline, from the case's opening and the reminders sent.
 */
const nextWake = (
  { review }: ScreenTransactionInput,
  openedAtMs: number,
  dueAtMs: number,
  reminders: number,
): Wake => {
  const firstMs = openedAtMs + review.remindAfterMs;
  if (reminders === 0 && firstMs < dueAtMs) {
    return { atMs: firstMs, summary: 'until the reviewers are reminded' };
  }
  // A deadline that passed during a reminder still applies, unless the case is kept open.
  return review.expireAction === 'keep' && Date.now() >= dueAtMs
    ? { atMs: Date.now() + overdueReminderMs, summary: 'overdue: until the next reminder' }
    : { atMs: dueAtMs, summary: 'until the review deadline' };
};

const isOver = ({ verdict, withdrawal }: Screening): boolean =>
  verdict !== undefined || withdrawal !== undefined;

/** Follows the stored status, and publishes it when it differs from the state; true if so. */
const followKept = (screening: Screening, kept: Kept): boolean => {
  if (kept === undefined || !follow(screening, kept.standing)) return false;
  publish(screening);
  return true;
};

/** Waits until the round ends, and sends reminders; the deadline ends it by the policy. */
const awaitEnd = async (input: ScreenTransactionInput, screening: Screening): Promise<void> => {
  const openedAtMs = Date.now();
  const dueAtMs = screening.dueAtMs ?? openedAtMs + input.review.expireAfterMs;
  const { expireAction } = input.review;
  for (let reminders = 0; ; ) {
    const { atMs, summary } = nextWake(input, openedAtMs, dueAtMs, reminders);
    const pauseMs = Math.max(1, atMs - Date.now());
    const isCalled = () => isOver(screening) || screening.isRecheckDue;
    await condition(isCalled, pauseMs, { summary });
    if (isOver(screening)) return;
    const { transactionId } = input;
    if (screening.isRecheckDue) {
      screening.isRecheckDue = false;
      const kept = await readStanding({ transactionId });
      if (!isOver(screening) && followKept(screening, kept)) return;
      continue;
    }
    if (Date.now() >= dueAtMs && expireAction !== 'keep') {
      winRound(screening, {
        outcome: expireAction,
        source: 'expiry',
        reviewer: 'deadline',
        remarks: '',
      });
      continue;
    }
    reminders += 1;
    const reminder = { transactionId, round: screening.round, number: reminders };
    const kept = await remindReviewer(reminder);
    if (!isOver(screening) && followKept(screening, kept)) return;
  }
};

/** Asks silent partners again during the review; returns a function that stops it. */
const beginAskingAgain = (input: ScreenTransactionInput, screening: Screening): (() => void) => {
  const missing = screening.decision?.askAgain ?? [];
  if (screening.round > 0 || missing.length === 0) return () => undefined;
  const asking = new CancellationScope();
  asking.run(() => askAgain(input, screening, missing)).catch(() => undefined);
  return () => asking.cancel();
};

/**
 * Waits for a reviewer, with reminders, until a verdict, the deadline, the last missing vote or a
 * withdrawal ends the round; the first of them wins. A stored status beats them all: the workflow
 * continues from there, which may be another round or the end.
 */
export const review = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<void> => {
  const endAsking = beginAskingAgain(input, screening);
  await awaitEnd(input, screening);
  endAsking();
  publish(screening);
  const { transactionId } = input;
  const { round, verdict, withdrawal } = screening;
  if (withdrawal !== undefined) {
    const { actor } = withdrawal;
    followKept(screening, await recordWithdrawal({ transactionId, round, actor }));
  } else if (verdict !== undefined) {
    followKept(screening, await recordVerdict({ transactionId, round, ...verdict }));
  }
};
