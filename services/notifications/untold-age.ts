import { findUntoldAlerts } from '../../db/alert-mails.js';
import type { Queryable } from '../../db/pool.js';

/**
 * How many alerts wait until everybody was told, and for how long the oldest has, in milliseconds
 * since it was raised. Throws `TemporarilyUnavailable`.
 */
export const untoldAge = async (
  db: Queryable,
  now: Date,
): Promise<{ readonly waiting: number; readonly oldestMs: number }> => {
  const { waiting, since } = await findUntoldAlerts(db);
  const oldestMs = since === null ? 0 : Math.max(0, now.getTime() - since.getTime());
  return { waiting, oldestMs };
};
