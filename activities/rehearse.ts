import { openConnections } from '../services/transactions/warm-up.js';
import type { ActivityDeps } from './deps.js';

/** The step of a rehearsal: its connections to Postgres. Throws `TemporarilyUnavailable`. */
export const rehearse =
  ({ pool }: Pick<ActivityDeps, 'pool'>) =>
  (): Promise<void> =>
    openConnections(pool);
