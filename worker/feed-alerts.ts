import type { Pool } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import { feedOrders } from '../services/alerts/order-feed.js';
import { atPresent, type Context } from '../services/context.js';
import { repeat, warnUnlessEnding } from './repeat.js';

/** An alert is worth little after minutes; a look that finds nothing is one short statement. */
const lookEveryMs = 1000;

/** Owners stay locked while a batch is counted under up to a hundred rules. */
const batchSize = 50;

interface Parts {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Counts what happens to orders under alert rules of our own, until `signal` aborts. */
export const feedAlerts = (
  deps: Context<'vault' | 'tokeniser', Pool> & { readonly now: () => Date },
  { logger, signal }: Parts,
): Promise<void> => {
  const feed = async (): Promise<void> => {
    let hasMore = true;
    while (hasMore && !signal.aborted) {
      const fed = await feedOrders(atPresent(deps), { limit: batchSize });
      if (fed.unreadable > 0) {
        const { unreadable } = fed;
        logger.warn({ unreadable }, 'orders could not be opened, and are counted in an hour');
      }
      ({ hasMore } = fed);
    }
  };
  return repeat(feed, {
    everyMs: lookEveryMs,
    signal,
    onFault: warnUnlessEnding({ logger, signal }, 'alerts could not be fed'),
  });
};
