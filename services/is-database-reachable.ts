import type { Queryable } from '../db/pool.js';

/** True when Postgres answers a trivial query. Never throws. */
export const isDatabaseReachable = async (db: Queryable): Promise<boolean> => {
  try {
    await db.query('select 1');
    return true;
  } catch {
    return false;
  }
};
