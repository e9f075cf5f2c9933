import { CancellationScope, condition } from '@temporalio/workflow';
import { recordVerdict, recordWithdrawal, remindReviewer } from './activity-options.js';
import { askAgain } from './ask-again.js';
import type { ScreenTransactionInput } from './messages.js';
import { publish, type Screening, winRound } from './screening.js';

/** Once overdue, a kept case is called to mind once a day. */
const overdueReminderMs = 24 * 60 * 60 * 1000;

interface Wake {
  readonly atMs: number;
  /** What the timer waits for, as operators read it in Temporal's UI. */
  readonly summary: string;
}

/** When the next reminder or the deadline comes, from the case's opening and what was sent. */
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
  // A deadline that passed during a reminder still has to act, unless the case is to be kept.
  return review.expireAction === 'keep' && Date.now() >= dueAtMs
    ? { atMs: Date.now() + overdueReminderMs, summary: 'overdue: until the next reminder' }
    : { atMs: dueAtMs, summary: 'until the review deadline' };
};

const isOver = ({ verdict, withdrawal }: Screening): boolean =>
  verdict !== undefined || withdrawal !== undefined;

/** Waits until the round is over, reminding people; the deadline ends it by the policy. */
const awaitEnd = async (input: ScreenTransactionInput, screening: Screening): Promise<void> => {
  const openedAtMs = Date.now();
  const dueAtMs = screening.dueAtMs ?? openedAtMs + input.review.expireAfterMs;
  const { expireAction } = input.review;
  for (let reminders = 0; ; ) {
    const { atMs, summary } = nextWake(input, openedAtMs, dueAtMs, reminders);
    const pauseMs = Math.max(1, atMs - Date.now());
    await condition(() => isOver(screening), pauseMs, { summary });
    if (isOver(screening)) return;
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
    const { transactionId } = input;
    await remindReviewer({ transactionId, round: screening.round, number: reminders });
  }
};

/** Asks silent partners again beside the people; returns what ends it. */
const beginAskingAgain = (input: ScreenTransactionInput, screening: Screening): (() => void) => {
  const missing = screening.decision?.askAgain ?? [];
  if (screening.round > 0 || missing.length === 0) return () => undefined;
  const asking = new CancellationScope();
  asking.run(() => askAgain(input, screening, missing)).catch(() => undefined);
  return () => asking.cancel();
};

/**
 * Waits for a person, reminding them, until a verdict, the deadline, the last missing vote or a
 * withdrawal ends the round; the first of them wins.
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
  if (withdrawal !== undefined) await recordWithdrawal({ transactionId, actor: withdrawal.actor });
  else if (verdict !== undefined) await recordVerdict({ transactionId, round, ...verdict });
};
