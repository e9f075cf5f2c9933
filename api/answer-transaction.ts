import { ScreeningEnded, TemporarilyUnavailable } from '../contracts/unavailable.js';
import { screeningInputOf } from '../temporal/order-input.js';
import { recoverMissing } from '../temporal/recover-missing.js';
import {
  type AnsweredOrder,
  ContentKeyMissing,
  findStored,
  findUnchanged,
  openTransaction,
  type ReceivedTransaction,
  type StoredTransaction,
} from '../services/transactions/receive.js';
import { answerOf, findStoredAnswer } from '../services/transactions/decisions.js';
import type { Slot } from './admission.js';
import { leftMs } from './deadline.js';
import type { ApiDeps } from './deps.js';
import { badRequest, keyMissing, tryAgain } from './faults.js';

export interface Answer {
  readonly text: string;
  readonly inReview: boolean;
  /** True when the order existed before this call. */
  readonly replayed: boolean;
}

interface Order {
  readonly received: ReceivedTransaction;
  readonly receivedAt: Date;
  /** False when it existed before this call. */
  readonly isNew: boolean;
}

/** Nearly every order is decided within two seconds. */
const oddAfterMs = 5_000;

/**
 * Brings an order to where its workflow stands, which has just answered. Postgres is behind it only
 * after a restore. What fails here is left to the sweep: the answer stands.
 */
const followWorkflow = async (deps: ApiDeps, transactionId: string): Promise<void> => {
  try {
    if ((await findStoredAnswer(deps, transactionId)) !== undefined) return;
    await recoverMissing({ ...deps, controls: deps.controls.current }, transactionId);
  } catch (err) {
    deps.logger.warn({ err, transactionId }, 'a restored order does not follow its workflow yet');
  }
};

const decideNow = async (
  deps: ApiDeps,
  { received, receivedAt, isNew }: Order,
  timeoutMs: number,
): Promise<Omit<Answer, 'replayed'>> => {
  const { transaction, transactionId } = received;
  const controls = deps.controls.current();
  const input = {
    ...screeningInputOf(transactionId, transaction, receivedAt, deps.policy, controls),
    answeredByNotice: deps.decidedAnswers.areHeard(),
  };
  const endMs = performance.now() + timeoutMs;
  try {
    const first = await deps.decidedAnswers.answerOf(transactionId, {
      isNew,
      begin: () => deps.screening.begin(input, timeoutMs),
      ask: () => deps.screening.firstDecision(input, Math.max(1, endMs - performance.now())),
    });
    const isOdd = !isNew && deps.now().getTime() - receivedAt.getTime() > oddAfterMs;
    if (isOdd) await followWorkflow(deps, transactionId);
    return { text: first.answer, inReview: first.inReview };
  } catch (error) {
    if (!(error instanceof ScreeningEnded)) throw error;
    const stored = await findStoredAnswer(deps, transactionId);
    if (stored !== undefined) return stored;
    // Postgres was restored to an earlier moment, or the workflow was ended before its decision.
    await recoverMissing({ ...deps, controls: deps.controls.current }, transactionId);
    const rebuilt = await findStoredAnswer(deps, transactionId);
    if (rebuilt !== undefined) return rebuilt;
    throw tryAgain('the order is stored and will be decided');
  }
};

const comparable = async <T>(deps: ApiDeps, read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ContentKeyMissing)) throw error;
    deps.alarm('content_key_missing');
    throw keyMissing('the order is stored, and the key that it is compared by is missing here');
  }
};

/** Answers a stored order with its stored answer, or waits for the decision that is under way. */
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
    answerOf(row) ??
    (await decideNow(
      deps,
      { received, receivedAt: row.received_at, isNew: false },
      leftMs(answerBy),
    ));
  return { ...answer, replayed: true };
};

/** How long an order keeps its slot after its caller's deadline: a worker still processes it. */
const graceMs = 10_000;

/**
 * Stores the order, has a worker decide it, and returns the answer. A repeat gets the stored
 * answer. An order keeps its slot for as long as a worker may process it. Throws `HttpFault` for a
 * conflict and `TemporarilyUnavailable`.
 */
export const answerNew = async (
  deps: ApiDeps,
  received: ReceivedTransaction,
  { slot, answerBy }: { readonly slot: Slot; readonly answerBy: number },
): Promise<Answer> => {
  const source = { db: deps.orderPool, vault: deps.vault };
  try {
    const opening = comparable(deps, () => openTransaction(source, received));
    slot.storing(opening);
    const opened = await opening;
    if (opened.kind !== 'opened') {
      slot.leave();
      return await answerStored(deps, received, opened, answerBy);
    }
    const timeoutMs = leftMs(answerBy) + graceMs;
    const { receivedAt } = opened;
    const answer = await decideNow(deps, { received, receivedAt, isNew: true }, timeoutMs);
    slot.answered(received.transactionId);
    return { ...answer, replayed: false };
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) slot.failed();
    throw error;
  }
};

/** The answer of a stored order. It needs no slot. Throws as `answerNew` does. */
export const answerKnown = async (
  deps: ApiDeps,
  received: ReceivedTransaction,
  answerBy: number,
): Promise<Answer> => {
  const stored = await comparable(deps, () => findStored(deps, received));
  return answerStored(deps, received, stored, answerBy);
};

/** The stored answer of an order that was answered before; undefined when it is another one now. */
export const answerAgain = async (
  deps: ApiDeps,
  order: AnsweredOrder,
): Promise<Answer | undefined> => {
  const row = await findUnchanged(deps, order);
  const answer = row && answerOf(row);
  return answer && { ...answer, replayed: true };
};
