import { z } from 'zod';
import { statuses, type TransactionStatus } from '../contracts/hbc/decision.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** The kinds of orders that sweeps check: undecided, waiting for OMS, waiting for a person. */
export type SweepName = 'undecided' | 'settling' | 'reviews';

/** An order that is not finished. */
export interface OpenOrder {
  readonly transactionId: string;
  readonly workflowId: string;
  readonly status: TransactionStatus;
}

export const OrderRow = z
  .object({ transaction_id: z.string(), workflow_id: z.string(), status: z.enum(statuses) })
  .transform(
    (row): OpenOrder => ({
      transactionId: row.transaction_id,
      workflowId: row.workflow_id,
      status: row.status,
    }),
  );

export interface SweepShare {
  /** Only orders in their present state since before this. */
  readonly before: Date;
  readonly limit: number;
  /** The shortest time between the starts of two rounds. */
  readonly roundMs: number;
  readonly now: Date;
}

/** The order in which each sweep visits its orders; an index serves each. */
const visits = {
  undecided: `select t.received_at as at, t.transaction_id as id, t.transaction_id
    from place, transactions t
    where t.status = 'deciding' and t.received_at < $2 and (place.after_at is null
      or (t.received_at, t.transaction_id) > (place.after_at, place.after_id))`,
  settling: `select t.updated_at as at, t.transaction_id as id, t.transaction_id
    from place, transactions t
    where t.status = 'settling' and t.updated_at < $2 and (place.after_at is null
      or (t.updated_at, t.transaction_id) > (place.after_at, place.after_id))`,
  reviews: `select c.due_at as at, c.case_id::text as id, c.transaction_id
    from place, cases c
    where c.status = 'open' and c.opened_at < $2 and (place.after_at is null
      or (c.due_at, c.case_id) > (place.after_at, place.after_id::uuid))`,
} as const satisfies Record<SweepName, string>;

const textOf = (name: SweepName): string => `
  with place as materialized (
    select after_at, after_id from sweeps
    where name = $1 and (after_at is not null or began_at <= $4::timestamptz - $5::interval)
    for update
  ), share as materialized (
    ${visits[name]} order by 1, 2 limit $3
  ), last as (select at, id from share order by at desc, id desc limit 1
  ), moved as (
    update sweeps set
      began_at = case when sweeps.after_at is null then $4 else sweeps.began_at end,
      after_at = case when (select count(*) from share) < $3 then null
        else (select at from last) end,
      after_id = case when (select count(*) from share) < $3 then null
        else (select id from last) end
    where name = $1 and exists (select from place)
  )
  select t.transaction_id, t.workflow_id, t.status
  from share join transactions t using (transaction_id) order by share.at, share.id`;

/**
 * Claims the next orders of a sweep, oldest first. All workers share one position: each order goes
 * to one of them, and again in the next round whatever the result, so that none blocks others.
 * Empty between two rounds.
 */
export const claimSweepShare = async (
  db: Queryable,
  name: SweepName,
  { before, limit, roundMs, now }: SweepShare,
): Promise<OpenOrder[]> => {
  const { rows } = await reached(
    db.query({
      name: `claim-sweep-${name}`,
      text: textOf(name),
      values: [name, before, limit, now, `${roundMs} milliseconds`],
    }),
  );
  return parseRows(OrderRow, rows);
};

/** The given transactions that are not finished. */
export const listOpenOrders = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<OpenOrder[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-under-way',
      text: `select transaction_id, workflow_id, status from transactions
        where transaction_id = any($1::text[])
          and status in ('deciding', 'in_review', 'settling', 'oms_rejected')`,
      values: [transactionIds],
    }),
  );
  return parseRows(OrderRow, rows);
};
