import type { z } from 'zod';
import { AlertEventRow, alertEventColumns } from './alert-events.js';
import { notifyWorkers } from './due.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

const AlertForEvidence = AlertEventRow.pick({
  event_id: true,
  source: true,
  rule_id: true,
  metric: true,
  owner: true,
  quantity: true,
  created_at: true,
});
export type AlertForEvidence = z.output<typeof AlertForEvidence>;

/** Alerts to turn into evidence, in the given order, without deleted ones. */
export const listAlertsForEvidence = async (
  db: Queryable,
  eventIds: readonly string[],
): Promise<AlertForEvidence[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-alerts-to-tell',
      text: `select ${alertEventColumns}
        from unnest($1::bigint[]) with ordinality as given(event_id, place)
        join alert_events using (event_id) order by given.place`,
      values: [eventIds],
    }),
  );
  return parseRows(AlertForEvidence, rows);
};

/**
 * Makes every stored alert of these members due as evidence, because their accounts have changed.
 */
export const setMembersAlertsDue = async (
  db: Queryable,
  enrollmentIds: readonly number[],
  at: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'set-members-alerts-due',
      text: `insert into due_work (consumer, key, due_at, since)
        select 'alert_evidence', event_id::text, $2::timestamptz, $2::timestamptz
        from alert_events where family = 'loyalty' and owner = any($1::text[])
        order by event_id::text
        on conflict (consumer, key) do update set due_at = excluded.due_at
        returning ${notifyWorkers}`,
      values: [enrollmentIds.map(String), at],
    }),
  );
};
