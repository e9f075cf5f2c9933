import { z } from 'zod';
import { liveStates } from './case-decisions.js';
import { conditionsOf, type QueueFilter } from './case-queue.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const CountRow = z.object({ total: z.int() });

/** The number of cases that a filter leaves. */
export const countQueue = async (db: Queryable, filter: QueueFilter): Promise<number> => {
  const conditions = conditionsOf(filter);
  const { rows } = await reached(
    db.query(
      `select count(*)::integer as total from cases c where ${conditions.text()}`,
      conditions.values,
    ),
  );
  return parseRow(CountRow, rows)?.total ?? 0;
};

const ViewsRow = z.object({
  all: z.int(),
  mine: z.int(),
  free: z.int(),
  overdue: z.int(),
  escalated: z.int(),
  second: z.int(),
  held: z.int(),
});

/** The number of open cases of each view, without those whose decision is under way. */
export const countQueueViews = async (
  db: Queryable,
  { now, actorName }: { readonly now: Date; readonly actorName: string },
): Promise<z.output<typeof ViewsRow>> => {
  const { rows } = await reached(
    db.query({
      name: 'count-queue-views',
      text: `with live as materialized (
          select case_id, round, state from case_decisions where state in ${liveStates}
        ), open as (
          select c.due_at, c.escalated_at, c.held_until > $1 as is_held, d.state,
            case when c.claim_until > $1 then c.claimed_by end as holder
          from cases c left join live d on d.case_id = c.case_id and d.round = c.round
          where c.status = 'open' and d.state is distinct from 'pending'
            and d.state is distinct from 'applying'
        )
        select count(*)::integer as "all",
          count(*) filter (where holder = $2)::integer as mine,
          count(*) filter (where holder is null and is_held is not true)::integer as free,
          count(*) filter (where due_at < $1)::integer as overdue,
          count(*) filter (where escalated_at is not null)::integer as escalated,
          count(*) filter (where state = 'awaiting_second')::integer as second,
          count(*) filter (where is_held)::integer as held
        from open`,
      values: [now, actorName],
    }),
  );
  return ViewsRow.parse(rows[0]);
};
