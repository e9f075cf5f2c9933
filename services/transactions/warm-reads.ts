import { findEvidenceRows } from '../../db/evidence.js';
import { findHits } from '../../db/list-hits.js';
import { readHistory } from '../../db/order-history.js';
import { type Pool, reached } from '../../db/pool.js';
import { findBody } from '../../db/transactions.js';

/** No order has it. */
const nobody = '';

/**
 * Opens all connections of the pool and has each plan what `loadFactSource` asks, so that no order
 * waits for that. Throws `TemporarilyUnavailable`; orders then warm what they use.
 */
export const warmReads = async (reads: Pool): Promise<void> => {
  const { max } = reads.options;
  const clients = await Promise.allSettled(
    Array.from({ length: max }, () => reached(reads.connect())),
  );
  const opened = clients.flatMap((client) => (client.status === 'fulfilled' ? [client.value] : []));
  try {
    const at = new Date();
    await Promise.all(
      opened.map(async (db) => {
        await findBody(db, nobody);
        await readHistory(db, nobody);
        await findHits(db, [], at);
        await findEvidenceRows(db, [], at);
      }),
    );
    const failed = clients.find((client) => client.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  } finally {
    for (const client of opened) client.release();
  }
};
