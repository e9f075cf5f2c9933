import { deleteOldRows } from '../../db/old-rows.js';
import type { Queryable } from '../../db/pool.js';
import { dayMs } from '../../domain/utc-day.js';

/**
 * Deletes evidence and pushes that are kept for longer than `retentionDays`; gives how many.
 * Throws `TemporarilyUnavailable`.
 */
export const purgeEvidence = async (
  db: Queryable,
  { retentionDays, now }: { readonly retentionDays: number; readonly now: Date },
): Promise<{ readonly evidence: number; readonly pushes: number }> => {
  const before = new Date(now.getTime() - retentionDays * dayMs);
  return {
    evidence: await deleteOldRows(db, 'evidence', before),
    pushes: await deleteOldRows(db, 'aifi_pushes', before),
  };
};
