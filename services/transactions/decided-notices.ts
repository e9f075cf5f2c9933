import { notifyOfDecision } from '../../db/decided-notices.js';
import type { Context } from '../context.js';

/** What an API needs to answer an order. */
export interface DecidedNotice {
  readonly transactionId: string;
  /** Byte for byte. */
  readonly answer: string;
  readonly inReview: boolean;
}

/** Postgres takes payloads below 8,000 bytes. */
const payloadMaxBytes = 7999;

const letterOf = (inReview: boolean): string => (inReview ? 'r' : 's');

/**
 * Notifies every API of a stored decision. An answer that is too long gets no notice. Throws
 * `TemporarilyUnavailable`.
 */
export const announceDecision = async (
  { db }: Context,
  { transactionId, answer, inReview }: DecidedNotice,
): Promise<void> => {
  const payload = `${transactionId} ${letterOf(inReview)} ${answer}`;
  if (Buffer.byteLength(payload) <= payloadMaxBytes) await notifyOfDecision(db, payload);
};

/** The notice in a payload, if its order is awaited. Other APIs' answers are not read. */
export const readDecidedNotice = (
  payload: string,
  isAwaited: (transactionId: string) => boolean,
): DecidedNotice | undefined => {
  const end = payload.indexOf(' ');
  const transactionId = payload.slice(0, end);
  if (end < 0 || !isAwaited(transactionId)) return undefined;
  const inReview = payload.startsWith(letterOf(true), end + 1);
  return { transactionId, inReview, answer: payload.slice(end + 3) };
};
