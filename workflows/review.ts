import { condition } from '@temporalio/workflow';
import { recordVerdict, remindReviewer } from './activity-options.js';
import type { ScreenTransactionInput } from './messages.js';
import { publish, type Screening, winRound, type WonVerdict } from './screening.js';

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

const awaitVerdict = async (
  input: ScreenTransactionInput,
  screening: Screening,
): Promise<WonVerdict> => {
  const openedAtMs = Date.now();
  const dueAtMs = screening.dueAtMs ?? openedAtMs + input.review.expireAfterMs;
  const { expireAction } = input.review;
  for (let reminders = 0; ; ) {
    const { atMs, summary } = nextWake(input, openedAtMs, dueAtMs, reminders);
    const pauseMs = Math.max(1, atMs - Date.now());
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
