import { Context } from '@temporalio/activity';
import { atPresent } from '../../services/context.js';
import { type DrainedBatch, drainPushes } from '../../services/evidence/aifi-pushes.js';
import type { ActivityDeps } from '../deps.js';

/** Some hundred statements: below a second on a quiet database. */
const batchSize = 50;

/**
 * Turns pushes of AiFi that wait into evidence. It may run twice, also at the same moment: each
 * push is done once. What cannot be opened is left for an hour, with a warning.
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
