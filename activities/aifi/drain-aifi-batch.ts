import { Context } from '@temporalio/activity';
import { atPresent } from '../../services/context.js';
import { type DrainedBatch, drainPushes } from '../../services/evidence/aifi-pushes.js';
import type { ActivityDeps } from '../deps.js';

/** Some hundred statements: less than a second on a quiet database. */
const batchSize = 50;

/**
 * Turns waiting pushes of AiFi into evidence. It may run twice, also concurrently: each push is
 * processed once. A push that cannot be decrypted is postponed for an hour, with a warning.
 */
export const drainAifiBatch =
  (deps: Pick<ActivityDeps, 'db' | 'vault' | 'tokeniser' | 'settings' | 'now'>) =>
  async (): Promise<DrainedBatch> => {
    const batch = await drainPushes(atPresent(deps), { limit: batchSize });
    if (batch.unreadable > 0) {
      const { unreadable } = batch;
      Context.current().log.warn('pushes of AiFi cannot be opened: a key is missing', {
        unreadable,
      });
    }
    return batch;
  };
