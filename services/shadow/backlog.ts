import type { Queryable } from '../../db/pool.js';
import { countPendingShadows } from '../../db/shadow.js';

/** Orders whose evaluation is pending, and for how many seconds the oldest one has been due. */
export const shadowBacklog = async (
  db: Queryable,
  now: Date,
): Promise<{ readonly pending: number; readonly oldestSeconds: number }> => {
  const { pending, oldest } = await countPendingShadows(db);
  const ageMs = oldest === null ? 0 : now.getTime() - oldest.getTime();
  return { pending, oldestSeconds: Math.max(0, ageMs / 1000) };
};
