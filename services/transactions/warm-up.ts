import { findEvidenceRows } from '../../db/evidence.js';
import { findHits } from '../../db/list-matches.js';
import { readHistory } from '../../db/order-history.js';
import { type Pool, type Queryable, reached } from '../../db/pool.js';
import { findBody } from '../../db/transactions.js';

/** What one order uses at once, and a few. */
const connections = 4;

/**
 * Opens `count` connections of a pool at once and runs `work` with those that could be opened; all
 * of them go back to the pool. Throws when one could not be opened, once the work is done, and
 * what the work throws.
 */
const withConnections = async (
  pool: Pool,
  count: number,
  work: (opened: readonly Queryable[]) => Promise<unknown>,
): Promise<void> => {
  const clients = await Promise.allSettled(
    Array.from({ length: count }, () => reached(pool.connect())),
  );
  const opened = clients.flatMap((client) => (client.status === 'fulfilled' ? [client.value] : []));
  try {
    await work(opened);
    const failed = clients.find((client) => client.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  } finally {
    for (const client of opened) client.release();
  }
};

/** Opens connections, so that the first order finds them. */
export const openConnections = (pool: Pool): Promise<void> =>
  withConnections(pool, connections, () => Promise.resolve());

/** No order has it. */
const nobody = '';

/**
 * Opens all connections of the pool and has each plan what `loadFactSource` asks, so that no order
 * waits for that. When it throws, orders warm what they use.
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
