import type { z } from 'zod';
import { AlertEventRow, alertEventColumns } from './alert-events.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

const DueAlert = AlertEventRow.pick({
  event_id: true,
  source: true,
  rule_id: true,
  metric: true,
  owner: true,
  quantity: true,
  created_at: true,
});
export type DueAlert = z.output<typeof DueAlert>;

/**
 * Alerts that are to become evidence, the longest waiting first, locked until the commit; those
 * that somebody else is at are left out.
 */
export const lockDueAlerts = async (
  db: Queryable,
  now: Date,
  limit: number,
): Promise<DueAlert[]> => {
  const { rows } = await reached(
    db.query({
      name: 'lock-due-alerts',
      text: `select ${alertEventColumns} from alert_events
        where evidence_due_at <= $1 order by evidence_due_at, event_id limit $2
        for update skip locked`,
      values: [now, limit],
    }),
  );
  return parseRows(DueAlert, rows);
};

/** Sets when alerts are to be looked at again; null: not until something changes. */
export const setAlertEvidenceDue = async (
  db: Queryable,
  eventIds: readonly number[],
  dueAt: Date | null,
): Promise<void> => {
  await reached(
    db.query({
      name: 'set-alert-evidence-due',
      text: 'update alert_events set evidence_due_at = $2 where event_id = any($1::bigint[])',
      values: [eventIds, dueAt],
    }),
  );
};

/** Has every alert of members that is kept looked at: their accounts are new or others. */
export const setMembersAlertsDue = async (
  db: Queryable,
  enrollmentIds: readonly number[],
  at: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'set-members-alerts-due',
      text: `update alert_events set evidence_due_at = $2
        where family = 'loyalty' and owner = any($1::text[])`,
      values: [enrollmentIds.map(String), at],
    }),
  );
};
