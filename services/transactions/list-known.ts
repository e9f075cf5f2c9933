import type { Queryable } from '../../db/pool.js';
import { listStored } from '../../db/transactions.js';

/** Those of the given transactions that are stored. Throws `TemporarilyUnavailable`. */
export const listKnown = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<ReadonlySet<string>> => new Set(await listStored(db, transactionIds));
