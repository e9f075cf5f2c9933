import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

/** Order events that Verdict's own alert rules count. */
export const feedKinds = ['declined', 'reviewed', 'settlement_late'] as const;
export type FeedKind = (typeof feedKinds)[number];

/** A position in the list of orders that wait for OMS, sorted by the start of their wait. */
export interface SettlingPlace {
  readonly updatedAt: Date;
  readonly transactionId: string;
}

/**
 * Reads one page of orders that wait for OMS and stores those not stored before, in the order of
 * their ids, so that two workers cannot deadlock. The id of the activity must match that of
 * `services/alerts/order-feed.ts`.
 */
export const insertLateSettlementsText = `with page as materialized (
    select transaction_id, updated_at from transactions
    where status = 'settling' and updated_at < $1 and (updated_at, transaction_id) > ($2, $3)
    order by updated_at, transaction_id limit $4
  ), late as (
    select p.transaction_id, p.updated_at + $5 * interval '1 millisecond' as happened_at from page p
    where not exists (
        select from due_work w
        where w.consumer = 'alert_feed' and w.key = p.transaction_id || ':settlement_late'
      ) and not exists (
        select from alert_activities a where a.family = 'own'
          and a.client_id = 'settlement_late:' || p.transaction_id || ':banner'
      )
  ), noted as (
    insert into due_work (consumer, key, due_at, since, details)
    select 'alert_feed', transaction_id || ':settlement_late',
      happened_at + interval '1 second', happened_at,
      jsonb_build_object('transactionId', transaction_id, 'kind', 'settlement_late')
    from late order by transaction_id on conflict do nothing
  )
  select transaction_id, updated_at from page
  order by updated_at, transaction_id limit 1 offset $4::bigint - 1`;

const PlaceRow = z.object({ transaction_id: z.string(), updated_at: z.date() });

/**
 * Stores one page of orders, after a position, that have waited for OMS longer than `lateAfterMs`.
 * Returns the position of the next page; undefined on the last one.
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

/** Locks the feed until the commit; false when another transaction holds it. */
export const tryLockFeed = async (db: Queryable): Promise<boolean> => {
  const { rows } = await reached(
    db.query({
      name: 'try-lock-feed',
      text: `select pg_try_advisory_xact_lock(hashtextextended('alert-feed', 0)) as is_ours`,
    }),
  );
  return parseRow(z.object({ is_ours: z.boolean() }), rows)?.is_ours === true;
};
