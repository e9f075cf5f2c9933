import { deleteOldAlertRules, deleteOldRows } from '../../db/old-rows.js';
import type { Queryable } from '../../db/pool.js';
import { dayMs } from '../../domain/utc-day.js';

/**
 * Deletes what alerts need no more: activities that were received and alerts that happened more
 * than `retentionDays` ago, the alerts' mails with them, and deleted rules whose alerts are gone.
 * An alert of which somebody is still to be told stays. Gives how many. Throws
 * `TemporarilyUnavailable`.
 */
export const purgeAlerts = async (
  db: Queryable,
  { retentionDays, now }: { readonly retentionDays: number; readonly now: Date },
): Promise<{ readonly activities: number; readonly alerts: number; readonly rules: number }> => {
  const before = new Date(now.getTime() - retentionDays * dayMs);
  return {
    activities: await deleteOldRows(db, 'alert_activities', before),
    alerts: await deleteOldRows(db, 'alert_events', before),
    rules: await deleteOldAlertRules(db, before),
  };
};
