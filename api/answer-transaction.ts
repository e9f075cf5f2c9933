import { ScreeningEnded } from '../contracts/unavailable.js';
import { screeningInputOf } from '../screening/input.js';
import { ContentKeyMissing, openTransaction } from '../services/transactions/open.js';
import type { ReceivedTransaction } from '../services/transactions/receive.js';
import { answerOf, findStoredAnswer } from '../services/transactions/stored-answer.js';
import type { ApiDeps } from './deps.js';
import { badRequest, tryAgain } from './faults.js';

export interface Answer {
  readonly text: string;
  readonly inReview: boolean;
  /** True when this call did not begin the order: it was there before. */
  readonly replayed: boolean;
}

const decideNow = async (
  deps: ApiDeps,
  received: ReceivedTransaction,
  receivedAt: Date,
  timeoutMs: number,
): Promise<Omit<Answer, 'replayed'>> => {
  const { transaction, transactionId } = received;
  const input = screeningInputOf(
    transactionId,
    transaction,
    receivedAt,
    deps.policy,
    deps.controls.current(),
  );
  try {
    const first = await deps.screening.firstDecision(input, timeoutMs);
    return { text: first.answer, inReview: first.inReview };
  } catch (error) {
    if (!(error instanceof ScreeningEnded)) throw error;
    const stored = await findStoredAnswer(deps.pool, transactionId);
    if (stored !== undefined) return stored;
    deps.alarm('workflow_missing', { transactionId });
    throw tryAgain('the order is stored and will be decided');
  }
};

const open = async (deps: ApiDeps, received: ReceivedTransaction) => {
  try {
    return await openTransaction({ db: deps.pool, vault: deps.vault }, received);
  } catch (error) {
    if (!(error instanceof ContentKeyMissing)) throw error;
    deps.alarm('content_key_missing');
    throw tryAgain('the order is stored, and cannot be compared with what is stored just now');
  }
};

/**
 * Stores the order, has it decided, and returns its answer: the stored one when there is one.
 * Throws `HttpFault` for a conflict and `TemporarilyUnavailable` when nobody decided in time.
 */
export const answerTransaction = async (
  deps: ApiDeps,
  received: ReceivedTransaction,
  deadlineMs: number,
): Promise<Answer> => {
  const startedMs = performance.now();
  const opened = await open(deps, received);
  if (opened.kind === 'conflict') {
    const message = '$ differs from the order that is stored under these ids';
    throw badRequest([{ error: 'transaction_conflict', message }]);
  }
  const row = opened.kind === 'repeated' ? opened.row : undefined;
  const stored = row && answerOf(row);
  if (stored !== undefined) return { ...stored, replayed: true };
  const leftMs = Math.max(1, deadlineMs - (performance.now() - startedMs));
  const receivedAt = opened.kind === 'opened' ? opened.receivedAt : opened.row.received_at;
  const answer = await decideNow(deps, received, receivedAt, leftMs);
  return { ...answer, replayed: row !== undefined };
};
