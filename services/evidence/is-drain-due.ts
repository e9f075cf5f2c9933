import { hasDue } from '../../db/due.js';
import type { Queryable } from '../../db/pool.js';

/** Whether any push waits to be drained. Throws `TemporarilyUnavailable`. */
export const isDrainDue = (db: Queryable, now: Date): Promise<boolean> => hasDue(db, 'aifi', now);
