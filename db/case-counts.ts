import { z } from 'zod';
import { conditionsOf, type QueueFilter } from './case-queue.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const CountRow = z.object({ total: z.int() });

/** Decisions that are under way take their cases off the desk; they are few. */
const underWay = `case_decisions d join cases c using (case_id)
  where d.state in ('pending', 'applying') and d.round = c.round`;

/**
 * The number of cases that a filter leaves. Cases whose decision is under way are counted apart, so
 * that Postgres can count all others in an index.
 */
export const countQueue = async (
  db: Queryable,
  { awaitsSecond, ...filter }: QueueFilter,
): Promise<number> => {
  const isApart = awaitsSecond === false;
  const conditions = conditionsOf(isApart ? filter : { ...filter, awaitsSecond });
  const text = conditions.text();
  const minus = isApart ? `- (select count(*) from ${underWay} and ${text})` : '';
  const { rows } = await reached(
    db.query(
      `select ((select count(*) from cases c where ${text}) ${minus})::integer as total`,
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

const open = `cases c where c.status = 'open'`;
const isHeld = 'c.held_until is not null and c.held_until > $1';
const isClaimed = 'c.claimed_by is not null and c.claim_until > $1';

/** How many open cases of a kind there are, without those whose decision is under way. */
const counted = (kind: string): string => `((select count(*) from ${open} and ${kind})
  - (select count(*) from ${underWay} and c.status = 'open' and ${kind}))::integer`;

/**
 * The number of open cases of each view, without those whose decision is under way. Each count
 * reads a small part of an index; only `all` reads a whole one, and `free` is what is left of it.
 */
export const countQueueViews = async (
  db: Queryable,
  { now, actorName }: { readonly now: Date; readonly actorName: string },
): Promise<z.output<typeof ViewsRow>> => {
  const { rows } = await reached(
    db.query({
      name: 'count-queue-views',
      text: `with counts as (
          select ${counted('true')} as "all",
            ${counted(`${isClaimed} and c.claimed_by = $2`)} as mine,
            ${counted(isClaimed)} as claimed,
            ${counted('c.due_at < $1')} as overdue,
            ${counted('c.escalated_at is not null')} as escalated,
            ${counted(isHeld)} as held,
            ${counted(`${isHeld} and ${isClaimed}`)} as held_claimed
        )
        select "all", mine, "all" - claimed - held + held_claimed as free, overdue, escalated, held,
          (select count(*)::integer from case_decisions d join cases c using (case_id)
            where d.state = 'awaiting_second' and d.round = c.round and c.status = 'open') as second
        from counts`,
      values: [now, actorName],
    }),
  );
  return ViewsRow.parse(rows[0]);
};
