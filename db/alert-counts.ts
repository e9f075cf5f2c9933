import { z } from 'zod';
import type { Activity, Window } from '../domain/alerts/alert.js';
import type { AlertFamily } from './alert-rules.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/**
 * Locks these owners until the commit, in one order for all callers. Returns the database's time.
 */
export const lockAlertOwners = async (
  db: Queryable,
  activities: readonly Activity[],
): Promise<Date> => {
  const { rows } = await reached(
    db.query({
      name: 'lock-alert-owners',
      text: `select lock_subjects(array(
          select distinct hashtextextended('alert:' || metric || ':' || owner, 0)
          from unnest($1::text[], $2::text[]) as o(metric, owner)
        ))::timestamptz(3) as at`,
      values: [activities.map(({ metric }) => metric), activities.map(({ owner }) => owner)],
    }),
  );
  const at = parseRow(z.object({ at: z.date() }), rows)?.at;
  if (at === undefined) throw new Error('the database told no time');
  return at;
};

const ArrivalRow = z.object({ client_id: z.string(), arrival: z.coerce.number() });

/**
 * Stores new activities, whose ids must differ, and returns their arrival numbers by id. Numbers
 * follow the given order. Rows are written in the order of their ids, so that two callers with the
 * same ids cannot deadlock.
 */
export const insertActivities = async (
  db: Queryable,
  family: AlertFamily,
  activities: readonly Activity[],
  receivedAt: Date,
): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-activities',
      text: `with given as materialized (
          select nextval('alert_arrivals') as arrival, g.* from unnest($3::text[], $4::text[],
            $5::text[], $6::bigint[], $7::bigint[], $8::timestamptz[])
            as g(client_id, metric, owner, store, quantity, occurred_at)
        )
        insert into alert_activities (arrival, family, client_id, metric, owner, store, quantity,
          occurred_at, received_at)
        select arrival, $1, client_id, metric, owner, store, quantity, occurred_at, $2
        from given order by client_id collate "C"
        on conflict do nothing
        returning client_id, arrival`,
      values: [
        family,
        receivedAt,
        activities.map(({ id }) => id),
        activities.map(({ metric }) => metric),
        activities.map(({ owner }) => owner),
        activities.map(({ store }) => store),
        activities.map(({ quantity }) => quantity),
        activities.map(({ occurredAtMs }) => new Date(occurredAtMs)),
      ],
    }),
  );
  return new Map(parseRows(ArrivalRow, rows).map((row) => [row.client_id, row.arrival]));
};

/** Sums each window with one index range, which contains exactly its rows. */
export const sumWindowsText = `select w.index, summed.quantity
  from jsonb_to_recordset($1::jsonb) as w(index int, metric text, owner text, after timestamptz,
    until timestamptz, arrival bigint, list int)
  left join jsonb_to_recordset($2::jsonb) as l(list int, stores bigint[]) on l.list = w.list
  cross join lateral (
    select coalesce(sum(a.quantity), 0) as quantity from alert_activities a
    where a.owner = w.owner and a.metric = w.metric and a.occurred_at > w.after
      and a.occurred_at <= w.until and a.arrival <= w.arrival
      and (w.list is null or a.store = any (l.stores))
  ) summed`;

/** A window, and the last arrival that counts in it. */
export interface ArrivalWindow extends Window {
  readonly arrival: number;
}

/** The parameters of `sumWindowsText`: the windows, and the lists of stores that they share. */
export const sumWindowsValues = (windows: readonly ArrivalWindow[]): [string, string] => {
  const lists = new Map<readonly number[], number>();
  for (const { stores } of windows) {
    if (stores !== undefined && !lists.has(stores)) lists.set(stores, lists.size);
  }
  const given = windows.map(({ metric, owner, arrival, stores, afterMs, untilMs }, index) => ({
    index,
    metric,
    owner,
    arrival,
    after: new Date(afterMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    list: stores === undefined ? null : lists.get(stores),
  }));
  const shared = [...lists].map(([stores, list]) => ({ list, stores }));
  return [toJson(given), toJson(shared)];
};

/** Windows in one statement: few enough for the statement timeout even for a very active owner. */
const windowsAtOnce = 100;

const SumRow = z.object({ index: z.int(), quantity: z.coerce.number() });

/** The sum of the quantities in each window, in the given order. */
export const sumWindows = async (
  db: Queryable,
  windows: readonly ArrivalWindow[],
): Promise<number[]> => {
  const sums = windows.map(() => 0);
  for (let from = 0; from < windows.length; from += windowsAtOnce) {
    const values = sumWindowsValues(windows.slice(from, from + windowsAtOnce));
    const { rows } = await reached(db.query({ name: 'sum-windows', text: sumWindowsText, values }));
    for (const { index, quantity } of parseRows(SumRow, rows)) sums[from + index] = quantity;
  }
  return sums;
};
