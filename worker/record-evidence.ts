import type { Pool } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import { recordAlerts } from '../services/evidence/from-alerts.js';
import { recordLabels } from '../services/evidence/from-labels.js';
import { atPresent, type Context } from '../services/context.js';
import { repeat, warnUnlessEnding } from './repeat.js';

/** What is told now is known to an order a second later. */
const lookEveryMs = 1000;

/** A batch of a hundred takes tens of milliseconds; nobody waits for a lock of it for longer. */
const atOnce = 100;

type Deps = Context<'vault' | 'tokeniser', Pool> & { readonly now: () => Date };

interface Parts {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Makes evidence of alerts and labels that wait, until `signal` aborts. */
export const recordEvidence = async (deps: Deps, { logger, signal }: Parts): Promise<void> => {
  const keepUp = (record: typeof recordAlerts, what: 'alerts' | 'labels'): Promise<void> => {
    const work = async (): Promise<void> => {
      for (let hasMore = true; hasMore && !signal.aborted; ) {
        const batch = await record(atPresent(deps), { limit: atOnce });
        const { unreadable } = batch;
        if (unreadable > 0) {
          logger.warn({ what, unreadable }, 'the key is missing: tried again in an hour');
        }
        ({ hasMore } = batch);
      }
    };
    const onFault = warnUnlessEnding({ logger, signal }, 'evidence waits', { what });
    return repeat(work, { everyMs: lookEveryMs, signal, onFault });
  };
  await Promise.all([keepUp(recordAlerts, 'alerts'), keepUp(recordLabels, 'labels')]);
};
