import type { LabelHistory } from '../../contracts/v1/labels.js';
import { listLabelsOfTransaction } from '../../db/labels.js';
import type { Queryable } from '../../db/pool.js';
import { findTransaction } from '../../db/transactions.js';
import { showLabel } from './show-label.js';

/**
 * Every statement about a transaction, newest first, and the one that counts; undefined when
 * there is no such transaction.
 */
export const readLabelHistory = async (
  db: Queryable,
  transactionId: string,
): Promise<LabelHistory | undefined> => {
  const labels = (await listLabelsOfTransaction(db, transactionId)).map(showLabel);
  if (labels.length === 0 && (await findTransaction(db, transactionId)) === undefined) {
    return undefined;
  }
  return { current: labels.find((label) => label.isCurrent) ?? null, labels };
};
