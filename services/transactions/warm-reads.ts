import { findEvidenceRows } from '../../db/evidence.js';
import { findHits } from '../../db/list-hits.js';
import { readHistory } from '../../db/order-history.js';
import type { Pool, Queryable } from '../../db/pool.js';
import { findBody } from '../../db/transactions.js';
import { withConnections } from './with-connections.js';

/** No order has it. */
const nobody = '';

/**
 * Opens all connections of the pool and has each plan what `loadFactSource` asks, so that no order
 * waits for that. Throws `TemporarilyUnavailable`; orders then warm what they use.
 */
export const warmReads = async (reads: Pool): Promise<void> => {
  const at = new Date();
  const plan = async (db: Queryable): Promise<void> => {
    await findBody(db, nobody);
    await readHistory(db, nobody);
    await findHits(db, [], at);
    await findEvidenceRows(db, [], at);
  };
  await withConnections(reads, reads.options.max, (opened) => Promise.all(opened.map(plan)));
};
