import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/**
 * The owner's latest activities up to the trigger, as many as were counted: each of Verdict's own
 * counts 1, so these are the window's, whatever the rule's period is now. Activities that arrived
 * after the trigger were not counted.
 */
const alertActivitiesText = `select a.client_id, a.store, a.occurred_at
  from alert_events e
  left join alert_rules r on r.rule_id = e.rule_id
  left join lateral (
    select a.client_id, a.store, a.occurred_at from alert_activities a
    where a.owner = e.owner and a.metric = e.metric and a.occurred_at <= e.created_at
      and a.arrival <= (
        select max(arrival) from alert_activities t
        where t.owner = e.owner and t.metric = e.metric and t.occurred_at = e.created_at
      )
      and case when r.scope = 'one_store' then a.store = e.store
        else coalesce(cardinality(r.store_ids), 0) = 0 or a.store = any (r.store_ids) end
    order by a.occurred_at desc, a.arrival desc
    limit least(e.quantity, $2::bigint)
  ) a on true
  where e.event_id = $1 and e.family = 'own'`;

const Row = z.object({
  client_id: z.string().nullable(),
  store: z.coerce.number().nullable(),
  occurred_at: z.date().nullable(),
});

const ActivityRow = z.object({
  client_id: z.string(),
  store: z.coerce.number().nullable(),
  occurred_at: z.date(),
});
export type AlertActivityRow = z.output<typeof ActivityRow>;

/**
 * The activities that an alert of Verdict's own rules counted, latest first, at most `limit`;
 * undefined when there is no such alert.
 */
export const listAlertActivities = async (
  db: Queryable,
  eventId: number,
  limit: number,
): Promise<AlertActivityRow[] | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'list-alert-activities',
      text: alertActivitiesText,
      values: [eventId, limit],
    }),
  );
  if (rows.length === 0) return undefined;
  // An alert whose activities have expired gives one row of nulls.
  const found = parseRows(Row, rows).filter((row) => row.client_id !== null);
  return parseRows(ActivityRow, found);
};
