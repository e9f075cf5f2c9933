import type { Queryable } from '../../db/pool.js';
import { findTransaction, type TransactionRow } from '../../db/transactions.js';

/** The answer as first sent, with where the order stands now. */
export interface StoredAnswer {
  /** Byte for byte. */
  readonly text: string;
  readonly inReview: boolean;
}

/** The answer a row holds, or undefined while it is being decided. */
export const answerOf = (row: TransactionRow): StoredAnswer | undefined =>
  row.answer === null
    ? undefined
    : { text: row.answer, inReview: row.status === 'in_review' || row.status === 'oms_rejected' };

/** The stored answer of a transaction, or undefined while there is none. */
export const findStoredAnswer = async (
  db: Queryable,
  transactionId: string,
): Promise<StoredAnswer | undefined> => {
  const row = await findTransaction(db, transactionId);
  return row && answerOf(row);
};
