import type { VerdictSource } from '../contracts/hbc/decision.js';
import type { AuditEntry } from './audit.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';

/**
 * Locks the open order and its case, if it is in the given round (`$2`; any when null), closes the
 * case, moves the order to the status `$3`, and records the audit row. A worker closes a decision
 * that still waits for a second person.
 */
const endReview = `open as materialized (
    select t.transaction_id, c.round from transactions t join cases c using (transaction_id)
    where t.transaction_id = $1 and t.status in ('in_review', 'oms_rejected') for update
  ), ended as materialized (
    select transaction_id, round from open where round = coalesce($2::integer, round)
  ), closed as (
    update cases c set status = 'closed', closed_at = $4 from ended
    where c.transaction_id = ended.transaction_id and c.status = 'open'
  ), moved as (
    update transactions t set status = $3, updated_at = $4 from ended
    where t.transaction_id = ended.transaction_id
  ), audited as (
    insert into audit (at, actor, action, object, details)
    select $4, $5, $6, transaction_id, $7::jsonb from ended
  ), lapsed as (
    insert into due_work (consumer, key, due_at, since)
    select 'case_decisions', d.decision_id::text, $4::timestamptz, $4::timestamptz
    from ended join cases c using (transaction_id) join case_decisions d using (case_id)
    where d.state = 'awaiting_second'
    on conflict do nothing
  )`;

/** The values `$1` to `$7`. */
const valuesOf = (
  round: number | null,
  status: string,
  { object, at, actor, action, details }: AuditEntry,
) => [object, round, status, at, actor, action, toJson(details ?? {})];

export interface NewVerdict {
  readonly round: number;
  readonly outcome: 'accept' | 'reject';
  readonly source: VerdictSource;
  readonly reviewer: string;
  readonly remarks: Buffer | null;
}

/**
 * Ends a round of a review with its verdict: verdict, order event, case, status and audit row, in
 * one statement. The verdict is dated after those of earlier rounds. False, and nothing changes,
 * when the order that the audit entry names is not open in this round.
 */
export const insertVerdict = async (
  db: Queryable,
  { round, outcome, source, reviewer, remarks }: NewVerdict,
  audit: AuditEntry,
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'insert-verdict',
      text: `with ${endReview}, stored as (
          insert into verdicts (transaction_id, round, outcome, source, reviewer, remarks,
            decided_at)
          select transaction_id, round, $8, $9, $10, $11::bytea, greatest($4::timestamptz,
            (select max(decided_at) from verdicts v
              where v.transaction_id = ended.transaction_id and v.round < ended.round)
              + interval '1 millisecond')
          from ended
          on conflict do nothing
          returning transaction_id, round, outcome, source
        ), evented as (
          insert into order_events (transaction_id, kind, at, details)
          select transaction_id, 'verdict', $4::timestamptz,
            jsonb_build_object('outcome', outcome, 'source', source, 'round', round)
          from stored
        )
        select from ended`,
      values: [...valuesOf(round, 'settling', audit), outcome, source, reviewer, remarks],
    }),
  );
  return rowCount === 1;
};

/**
 * Ends a review because the order was withdrawn: order event, case, status and audit row, in one
 * statement. Changes nothing when the order that the audit entry names is not open in this round,
 * or in any when it is null.
 */
export const insertWithdrawal = async (
  db: Queryable,
  round: number | null,
  audit: AuditEntry,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-withdrawal',
      text: `with ${endReview}
        insert into order_events (transaction_id, kind, at, details)
        select transaction_id, 'withdrawn', $4::timestamptz, jsonb_build_object('status', $3::text)
        from ended`,
      values: valuesOf(round, 'withdrawn', audit),
    }),
  );
};
