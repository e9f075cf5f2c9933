import type { Queryable } from '../../db/pool.js';
import { findTransaction } from '../../db/transactions.js';

/** True when a transaction of this id is stored. Throws `TemporarilyUnavailable`. */
export const isKnown = async (db: Queryable, transactionId: string): Promise<boolean> =>
  (await findTransaction(db, transactionId)) !== undefined;
