import { ScreeningEnded, TemporarilyUnavailable } from '../contracts/unavailable.js';
import { screeningInputOf } from '../temporal/order-input.js';
import {
  ContentKeyMissing,
  findStored,
  openTransaction,
  type StoredTransaction,
} from '../services/transactions/store.js';
import type { ReceivedTransaction } from '../services/transactions/receive.js';
import { answerOf, findStoredAnswer } from '../services/transactions/decisions.js';
import type { Place } from './admission.js';
import { leftMs } from './deadline.js';
import type { ApiDeps } from './deps.js';
import { badRequest, keyMissing, tryAgain } from './faults.js';

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
    const stored = await findStoredAnswer(deps, transactionId);
    if (stored !== undefined) return stored;
    deps.alarm('workflow_missing', { transactionId });
    throw tryAgain('the order is stored and will be decided');
  }
};

const comparable = async <T>(deps: ApiDeps, look: () => Promise<T>): Promise<T> => {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof ContentKeyMissing)) throw error;
    deps.alarm('content_key_missing');
    throw keyMissing('the order is stored, and the key that it is compared by is missing here');
  }
};

/** Answers a stored order, with its answer or once the running decision is made. */
const answerStored = async (
  deps: ApiDeps,
  received: ReceivedTransaction,
  stored: StoredTransaction,
  answerBy: number,
): Promise<Answer> => {
  if (stored.kind === 'conflict') {
    const message = '$ differs from the order that is stored under these ids';
    throw badRequest([{ error: 'transaction_conflict', message }]);
  }
  const { row } = stored;
  const answer =
    answerOf(row) ?? (await decideNow(deps, received, row.received_at, leftMs(answerBy)));
  return { ...answer, replayed: true };
};

/** How long an order keeps its place once its caller has gone: the worker still works on it. */
const owedMs = 10_000;

/**
 * Stores the order, has it decided, and returns its answer: the stored one when there is one. An
 * order that has a place keeps it for as long as somebody may work on it. Throws `HttpFault` for a
 * conflict and `TemporarilyUnavailable`.
 */
export const answerNew = async (
  deps: ApiDeps,
  received: ReceivedTransaction,
  { place, answerBy }: { readonly place: Place; readonly answerBy: number },
): Promise<Answer> => {
  const source = { db: deps.orderPool, vault: deps.vault };
  try {
    const opening = comparable(deps, () => openTransaction(source, received));
    place.storing(opening);
    const opened = await opening;
    if (opened.kind !== 'opened') {
      place.leave();
      return await answerStored(deps, received, opened, answerBy);
    }
    const timeoutMs = leftMs(answerBy) + owedMs;
    const answer = await decideNow(deps, received, opened.receivedAt, timeoutMs);
    place.answered(received.transactionId);
    return { ...answer, replayed: false };
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) place.failed();
    throw error;
  }
};

/** The answer of an order that is known to be stored; it needs no place. Throws as `answerNew`. */
export const answerKnown = async (
  deps: ApiDeps,
  received: ReceivedTransaction,
  answerBy: number,
): Promise<Answer> => {
  const stored = await comparable(deps, () => findStored(deps, received));
  return answerStored(deps, received, stored, answerBy);
};
