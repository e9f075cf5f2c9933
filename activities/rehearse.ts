import { openConnections } from '../services/transactions/warm-up.js';
import type { ActivityDeps } from './deps.js';

/** Opens the rehearsal's connections to Postgres. Throws `TemporarilyUnavailable`. */
export const rehearse =
  ({ db }: Pick<ActivityDeps, 'db'>) =>
  (): Promise<void> =>
    openConnections(db);
