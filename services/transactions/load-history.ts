import { readHistory } from '../../db/order-history.js';
import type { Queryable } from '../../db/pool.js';
import type { History } from '../../domain/history.js';

/**
 * What a stored order shares with orders before it. The same for ever: later orders have a higher
 * position and are left out. Throws `TemporarilyUnavailable`.
 */
export const loadHistory = (db: Queryable, transactionId: string): Promise<History> =>
  readHistory(db, transactionId);
