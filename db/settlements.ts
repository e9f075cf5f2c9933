import type { AuditEntry } from './audit.js';
import { filterColumnsText, riskText, shippedRejectFrom } from './case-risk.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';

/** Moves a transaction that waits for OMS to its status and records the order event. */
const moved = (kind: 'settled' | 'oms_refused'): string => `moved as (
    update transactions set status = $2, updated_at = $3
    where transaction_id = $1 and status = 'settling' returning transaction_id
  ), evented as (
    insert into order_events (transaction_id, kind, at, details)
    select transaction_id, '${kind}', $3::timestamptz, jsonb_build_object('status', $2::text)
    from moved
  )`;

const audited = `audited as (
    insert into audit (at, actor, action, object, details)
    select $3, $4, $5, transaction_id, $6::jsonb from moved
  )`;

/** The values `$1` to `$6`. */
const valuesOf = (status: string, { object, at, actor, action, details }: AuditEntry) => [
  object,
  status,
  at,
  actor,
  action,
  toJson(details ?? {}),
];

/**
 * Records that OMS has settled the order which the audit entry names: its status, order event and
 * audit row, in one statement. True only for the call that recorded it.
 */
export const insertSettlement = async (
  db: Queryable,
  status: 'processed' | 'cancelled',
  audit: AuditEntry,
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'insert-settlement',
      text: `with ${moved('settled')}, ${audited} select from moved`,
      values: valuesOf(status, audit),
    }),
  );
  return rowCount === 1;
};

export interface NewRefusal {
  readonly banner: string;
  /** The round of the review that the refusal begins. */
  readonly round: number;
  readonly dueAt: Date;
  readonly omsStatus: number | null;
  /** Sealed. */
  readonly omsReason: Buffer | null;
}

const riskOfRefused = riskText({
  ...{ banner: '$7::text', ruleSetHash: 'd.rule_set_hash', score: 'd.total_score' },
  ...{ errored: 'd.errored_rules', rejectFrom: String(shippedRejectFrom), amount: 'h.amount' },
});

/**
 * Records that OMS refuses to settle the order which the audit entry names: its status, order event
 * and audit row, and its case, which is opened or opened again for everybody, in one statement.
 * Changes nothing when the order does not wait for OMS.
 */
export const insertRefusal = async (
  db: Queryable,
  { banner, round, dueAt, omsStatus, omsReason }: NewRefusal,
  audit: AuditEntry,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-refusal',
      text: `with ${moved('oms_refused')}, ${audited}
        insert into cases (case_id, transaction_id, banner, status, reason, priority,
          total_score, opened_at, due_at, round, oms_status, oms_reason, amount, currency, at_risk,
          risk_probability, rules, partners_down)
        select d.cross_reference, d.transaction_id, $7, 'open', 'oms_rejected', d.priority,
          d.total_score, $3, $8, $9, $10, $11, h.amount, h.currency, risk.at_risk,
          risk.probability,
          ${filterColumnsText('d.hits', 'd.partner_answers')}
        from moved join decisions d using (transaction_id)
        left join order_history h using (transaction_id)
        cross join lateral ${riskOfRefused}
        on conflict (case_id) do update set status = 'open', reason = 'oms_rejected',
          due_at = excluded.due_at, round = excluded.round, oms_status = excluded.oms_status,
          oms_reason = excluded.oms_reason, closed_at = null, reminders = 0, claimed_by = null,
          claimed_at = null, claim_until = null, escalated_at = null, escalated_by = null,
          held_until = null, held_by = null
        where cases.round < excluded.round`,
      values: [...valuesOf('oms_rejected', audit), banner, dueAt, round, omsStatus, omsReason],
    }),
  );
};
