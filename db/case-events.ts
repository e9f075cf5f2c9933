import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const EventRow = z.object({
  id: z.coerce.number(),
  kind: z.string(),
  /** Null for an order that was never in review. */
  case_id: z.string().nullable(),
});
export type EventRow = z.output<typeof EventRow>;

/** The newest event's id; 0 when there is none. */
export const findLastEventId = async (db: Queryable): Promise<number> => {
  const { rows } = await reached(
    db.query({
      name: 'find-last-event',
      text: 'select coalesce(max(id), 0) as id from order_events',
    }),
  );
  return parseRow(z.object({ id: z.coerce.number() }), rows)?.id ?? 0;
};

/** The events with an id above `after`, or one of `missing`, in the order of their ids. */
export const listEvents = async (
  db: Queryable,
  query: { readonly after: number; readonly missing: readonly number[]; readonly limit: number },
): Promise<EventRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-case-events',
      text: `select e.id, e.kind, c.case_id from order_events e
        left join cases c using (transaction_id)
        where e.id > $1 or e.id = any($2::bigint[])
        order by e.id limit $3`,
      values: [query.after, query.missing, query.limit],
    }),
  );
  return parseRows(EventRow, rows);
};
