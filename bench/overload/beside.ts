import { setTimeout as pause } from 'node:timers/promises';
import type { Caller, Reply } from './caller.js';

/** Results of other calls during a storm, one of each kind per second. */
export interface CallSummary {
  readonly calls: number;
  readonly answered200: number;
  readonly maxMs: number;
}

export type Beside = Readonly<
  Record<'verdicts' | 'withdrawals' | 'repeats' | 'reads', CallSummary>
>;

/** Orders decided before the storm, one of each kind per second of it. */
export interface BesideCalls {
  /** Ids of orders in review: half for verdicts, half for withdrawals. */
  readonly inReview: readonly string[];
  readonly answered: readonly { readonly body: string; readonly transactionId: string }[];
}

const idOf = ({ text }: Reply): string =>
  (JSON.parse(text) as { transactionId?: string }).transactionId ?? '';

/** Prepares the orders, in review and decided, for a storm of this many seconds. */
export const prepareBeside = async (caller: Caller, seconds: number): Promise<BesideCalls> => {
  const inReview: string[] = [];
  for (let index = 0; index < 2 * seconds; index += 1) {
    inReview.push(idOf(await caller.postUntilAnswered(caller.makeOrder('yleo-review'))));
  }
  const answered: { body: string; transactionId: string }[] = [];
  for (let index = 0; index < seconds; index += 1) {
    const body = caller.makeOrder();
    answered.push({ body, transactionId: idOf(await caller.postUntilAnswered(body)) });
  }
  return { inReview, answered };
};

const summary = (replies: readonly Reply[]): CallSummary => ({
  calls: replies.length,
  answered200: replies.filter(({ status }) => status === 200).length,
  maxMs: Math.round(Math.max(0, ...replies.map(({ ms }) => ms)) * 10) / 10,
});

/** One verdict, withdrawal, repeat and read per second, regardless of the answers. */
export const callBeside = async (
  caller: Caller,
  { inReview, answered }: BesideCalls,
  seconds: number,
  signal: AbortSignal,
): Promise<Beside> => {
  const startMs = performance.now();
  const verdicts: Promise<Reply>[] = [];
  const withdrawals: Promise<Reply>[] = [];
  const repeats: Promise<Reply>[] = [];
  const reads: Promise<Reply>[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const dueMs = startMs + second * 1000 + 500;
    await pause(Math.max(0, dueMs - performance.now()), undefined, { signal });
    const verdict = { transactionId: inReview[2 * second], recommendationCode: 'accept' };
    verdicts.push(caller.post('/decision', JSON.stringify(verdict)));
    const withdrawn = inReview[2 * second + 1];
    withdrawals.push(caller.post(`/v1/transactions/${withdrawn}/withdrawal`, '{}'));
    const { body, transactionId } = answered[second] ?? { body: '', transactionId: '' };
    repeats.push(caller.post('/transaction', body));
    reads.push(caller.get(`/transaction/${transactionId}`));
  }
  return {
    verdicts: summary(await Promise.all(verdicts)),
    withdrawals: summary(await Promise.all(withdrawals)),
    repeats: summary(await Promise.all(repeats)),
    reads: summary(await Promise.all(reads)),
  };
};
