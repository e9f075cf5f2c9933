import { type Pool, reached } from '../../db/pool.js';

/** What one order uses at once, and a few. */
const connections = 4;

/** Opens connections, so that the first order finds them. Throws `TemporarilyUnavailable`. */
export const openConnections = async (pool: Pool): Promise<void> => {
  const clients = await Promise.allSettled(
    Array.from({ length: connections }, () => reached(pool.connect())),
  );
  for (const client of clients) if (client.status === 'fulfilled') client.value.release();
  const failed = clients.find((client) => client.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};
