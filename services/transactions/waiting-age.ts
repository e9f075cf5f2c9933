import type { Queryable } from '../../db/pool.js';
import { findSettling } from '../../db/transactions.js';

/** The orders that OMS has not taken yet. */
export interface SettlementAge {
  readonly waiting: number;
  /** How long the oldest of them has waited; 0 when none waits. */
  readonly oldestSeconds: number;
}

/** How many orders wait for OMS, and since when. Throws `TemporarilyUnavailable`. */
export const settlementAge = async (db: Queryable, now: Date): Promise<SettlementAge> => {
  const { waiting, oldestAt } = await findSettling(db);
  const oldestMs = oldestAt === null ? 0 : now.getTime() - oldestAt.getTime();
  return { waiting, oldestSeconds: Math.max(0, oldestMs) / 1000 };
};
