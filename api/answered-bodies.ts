import { createHmac, randomBytes } from 'node:crypto';
import type { AnsweredOrder, ReceivedTransaction } from '../services/transactions/receive.js';

/** The bodies that this process answered last. */
export interface AnsweredBodies {
  /** A body's mark. The key is random, and only in this process. */
  readonly markOf: (body: string) => string;
  /** The order that was answered for a body with this mark. */
  readonly find: (mark: string) => AnsweredOrder | undefined;
  readonly add: (mark: string, received: ReceivedTransaction) => void;
}

/** About a megabyte. Callers repeat an order within seconds or minutes. */
const keptMax = 4000;

/**
 * Recognises a repeat by the bytes of its body, before it is parsed: equal bytes are equal content.
 * Parsing an order, normalising its subjects and trying to store it again take most of a repeat's
 * time.
 */
export const createAnsweredBodies = (): AnsweredBodies => {
  const key = randomBytes(32);
  const orders = new Map<string, AnsweredOrder>();
  return {
    markOf: (body) => createHmac('sha256', key).update(body).digest('base64'),
    find: (mark) => orders.get(mark),
    add: (mark, { transactionId, contentKeyId, contentHash: hashOf }) => {
      const contentHash = hashOf(contentKeyId);
      if (contentHash === undefined) return;
      const [oldest] = orders.keys();
      if (orders.size >= keptMax && oldest !== undefined) orders.delete(oldest);
      orders.set(mark, { transactionId, contentKeyId, contentHash });
    },
  };
};
