import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** What happens to orders that alert rules of our own count. */
export const feedKinds = ['declined', 'reviewed', 'settlement_late'] as const;
export type FeedKind = (typeof feedKinds)[number];

/** Notes that an order was declined, unless that waits to be counted already. */
export const insertDeclined = async (
  db: Queryable,
  transactionId: string,
  at: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-declined',
      text: `insert into alert_feed (transaction_id, kind, happened_at, due_at)
        values ($1, 'declined', $2, $2) on conflict do nothing`,
      values: [transactionId, at],
    }),
  );
};

/** An order that waits for OMS, in the order in which they began to wait. */
export interface SettlingPlace {
  readonly updatedAt: Date;
  readonly transactionId: string;
}

/**
 * Looks at one page of the orders that wait for OMS and notes those that were not noted before;
 * written in the order of their ids, so that two workers do not wait for each other in a circle.
 * The id of the activity is as `services/alerts/order-feed.ts` makes it.
 */
export const insertLateSettlementsText = `with page as materialized (
    select transaction_id, updated_at from transactions
    where status = 'settling' and updated_at < $1 and (updated_at, transaction_id) > ($2, $3)
    order by updated_at, transaction_id limit $4
  ), late as (
    select p.transaction_id, p.updated_at + $5 * interval '1 millisecond' as happened_at from page p
    where not exists (
        select from alert_feed f
        where f.transaction_id = p.transaction_id and f.kind = 'settlement_late'
      ) and not exists (
        select from alert_activities a where a.family = 'own'
          and a.client_id = 'settlement_late:' || p.transaction_id || ':banner'
      )
  ), noted as (
    insert into alert_feed (transaction_id, kind, happened_at, due_at)
    select transaction_id, 'settlement_late', happened_at, happened_at from late
    order by transaction_id on conflict do nothing
  )
  select transaction_id, updated_at from page
  order by updated_at, transaction_id limit 1 offset $4::bigint - 1`;

const PlaceRow = z.object({ transaction_id: z.string(), updated_at: z.date() });

/**
 * Notes orders that have waited for OMS for longer than `lateAfterMs`: one page of those after a
 * place, and the place where the next page begins; undefined when this was the last one.
 */
export const insertLateSettlements = async (
  db: Queryable,
  after: SettlingPlace,
  given: { readonly now: Date; readonly lateAfterMs: number; readonly limit: number },
): Promise<SettlingPlace | undefined> => {
  const { now, lateAfterMs, limit } = given;
  const { rows } = await reached(
    db.query({
      name: 'insert-late-settlements',
      text: insertLateSettlementsText,
      values: [
        new Date(now.getTime() - lateAfterMs),
        ...[after.updatedAt, after.transactionId, limit, lateAfterMs],
      ],
    }),
  );
  const row = parseRow(PlaceRow, rows);
  return row && { updatedAt: row.updated_at, transactionId: row.transaction_id };
};

/** Takes the right to feed until the commit; false when another one has it. */
export const tryLockFeed = async (db: Queryable): Promise<boolean> => {
  const { rows } = await reached(
    db.query({
      name: 'try-lock-feed',
      text: `select pg_try_advisory_xact_lock(hashtextextended('alert-feed', 0)) as is_ours`,
    }),
  );
  return parseRow(z.object({ is_ours: z.boolean() }), rows)?.is_ours === true;
};

const FeedRow = z.object({
  transaction_id: z.string(),
  kind: z.enum(feedKinds),
  happened_at: z.date(),
});
export type FeedRow = z.output<typeof FeedRow>;

/** What is due, the oldest first, locked until the commit. */
export const lockDueFeed = async (
  db: Queryable,
  dueBefore: Date,
  limit: number,
): Promise<FeedRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'lock-due-feed',
      text: `select transaction_id, kind, happened_at from alert_feed
        where due_at <= $1 order by due_at, transaction_id, kind limit $2
        for update skip locked`,
      values: [dueBefore, limit],
    }),
  );
  return parseRows(FeedRow, rows);
};

const namesOf = (rows: readonly FeedRow[]): [string[], FeedKind[]] => [
  rows.map(({ transaction_id }) => transaction_id),
  rows.map(({ kind }) => kind),
];

/** Deletes what has been counted. */
export const deleteFeed = async (db: Queryable, rows: readonly FeedRow[]): Promise<void> => {
  await reached(
    db.query({
      name: 'delete-feed',
      text: `delete from alert_feed where (transaction_id, kind) in
        (select * from unnest($1::text[], $2::text[]))`,
      values: namesOf(rows),
    }),
  );
};

/** Leaves rows until later. */
export const postponeFeed = async (
  db: Queryable,
  rows: readonly FeedRow[],
  dueAt: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'postpone-feed',
      text: `update alert_feed set due_at = $3 where (transaction_id, kind) in
        (select * from unnest($1::text[], $2::text[]))`,
      values: [...namesOf(rows), dueAt],
    }),
  );
};
