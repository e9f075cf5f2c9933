import { openConnections } from '../services/transactions/warm-up.js';
import type { ActivityDeps } from './deps.js';

/** Opens the rehearsal's connections to Postgres. Throws `TemporarilyUnavailable`. */
export const rehearse =
  ({ db, writes }: Pick<ActivityDeps, 'db' | 'writes'>) =>
  async (): Promise<void> => {
    await openConnections(writes);
    await openConnections(db);
  };
