import { condition } from '@temporalio/workflow';
import { recordVerdict, remindReviewer } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';
import { publish, type Screening, winRound, type WonVerdict } from './screening.js';

/** Once overdue, a kept case is called to mind once a day. */
const overdueReminderMs = 24 * 60 * 60 * 1000;

/** When the next reminder or the deadline comes, from the case's opening and what was sent. */
const nextWakeMs = (
  input: ScreenTransactionInput,
  openedAtMs: number,
  dueAtMs: number,
  reminders: number,
): number => {
  const firstMs = openedAtMs + input.review.remindAfterMs;
  if (reminders === 0 && firstMs < dueAtMs) return firstMs;
  // A deadline that passed during a reminder still has to act, unless the case is to be kept.
  const isKept = input.review.expireAction === 'keep' && Date.now() >= dueAtMs;
  return isKept ? Date.now() + overdueReminderMs : dueAtMs;
};

const awaitVerdict = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<WonVerdict> => {
  const openedAtMs = Date.now();
  const dueAtMs = screening.dueAtMs ?? openedAtMs + input.review.expireAfterMs;
  const { expireAction } = input.review;
  for (let reminders = 0; ; ) {
    const pauseMs = Math.max(1, nextWakeMs(input, openedAtMs, dueAtMs, reminders) - Date.now());
    const summary =
      openedAtMs + input.review.remindAfterMs < dueAtMs && reminders === 0
        ? 'until the reviewers are reminded'
        : 'until the review deadline';
    await condition(() => screening.verdict !== undefined, pauseMs, { summary });
    if (screening.verdict !== undefined) return screening.verdict;
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

/** Waits for a person, reminding them, until a verdict or the deadline ends the round. */
export const review = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<void> => {
  const verdict = await awaitVerdict(input, screening);
  publish(screening);
  await recordVerdict({ transactionId: input.transactionId, round: screening.round, ...verdict });
};
