import { type Pool, type Queryable, reached } from '../../db/pool.js';

/**
 * Opens `count` connections of a pool at once and runs `work` with those that could be opened; all
 * of them go back to the pool. Throws `TemporarilyUnavailable` when one could not be opened, once
 * the work is done, and what the work throws.
 */
export const withConnections = async (
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
