import { hasDueAifiPushes } from '../../db/aifi-pushes.js';
import type { Queryable } from '../../db/pool.js';

/** Whether any push waits to be drained. Throws `TemporarilyUnavailable`. */
export const isDrainDue = (db: Queryable, now: Date): Promise<boolean> => hasDueAifiPushes(db, now);
