import { deleteAifiPushes } from '../../db/aifi-pushes.js';
import { deleteEvidence } from '../../db/evidence.js';
import type { Queryable } from '../../db/pool.js';

/** One statement of this size holds its locks for milliseconds. */
const atOnce = 1000;

const dayMs = 86_400_000;

const deleteAll = async (
  remove: typeof deleteEvidence,
  db: Queryable,
  before: Date,
): Promise<number> => {
  for (let total = 0; ; ) {
    const deleted = await remove(db, before, atOnce);
    total += deleted;
    if (deleted < atOnce) return total;
  }
};

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
    evidence: await deleteAll(deleteEvidence, db, before),
    pushes: await deleteAll(deleteAifiPushes, db, before),
  };
};
