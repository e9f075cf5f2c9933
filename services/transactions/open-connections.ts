import type { Pool } from '../../db/pool.js';
import { withConnections } from './with-connections.js';

/** What one order uses at once, and a few. */
const connections = 4;

/** Opens connections, so that the first order finds them. Throws `TemporarilyUnavailable`. */
export const openConnections = (pool: Pool): Promise<void> =>
  withConnections(pool, connections, () => Promise.resolve());
