import { alertEventColumns as columns, AlertEventRow } from './alert-events.js';
import { notifyWorkers } from './due.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

/** An alert as Sparkfly reported it. */
export interface ReportedAlert {
  readonly ruleId: number;
  readonly ruleName: string;
  readonly metric: string;
  readonly owner: string | null;
  readonly store: number | null;
  readonly quantity: number;
  readonly notificationsSent: boolean;
  readonly suppressedCount: number;
  /** Undefined when the report lacks it. */
  readonly createdAt: Date | undefined;
  /** Undefined when the report lacks it. */
  readonly updatedAt: Date | undefined;
}

const knownAs = `select ${columns} from alert_events
  where family = 'loyalty' and source = 'sparkfly' and rule_id = $1
    and owner is not distinct from $2`;

/**
 * The stored alert that Sparkfly reports again: of the same rule, member and instant. Without an
 * instant it is an earlier one without an instant, of the same quantity and store, after
 * `undatedAfter`.
 */
export const findReportedAlert = async (
  db: Queryable,
  { ruleId, owner, createdAt, quantity, store }: ReportedAlert,
  undatedAfter: Date,
): Promise<AlertEventRow | undefined> => {
  const query =
    createdAt === undefined
      ? {
          name: 'find-undated-told-alert',
          text: `${knownAs} and created_at > $3 and is_undated and quantity = $4
            and store is not distinct from $5 order by created_at desc limit 1`,
          values: [ruleId, owner, undatedAfter, quantity, store],
        }
      : {
          name: 'find-told-alert',
          text: `${knownAs} and created_at = $3`,
          values: [ruleId, owner, createdAt],
        };
  const { rows } = await reached(db.query(query));
  return parseRow(AlertEventRow, rows);
};

/** Whether a report has newer values than the stored alert. */
export const hasNewerValues = (known: AlertEventRow, reported: ReportedAlert): boolean =>
  known.suppressed_count < reported.suppressedCount ||
  (reported.notificationsSent && !known.notifications_sent) ||
  (reported.updatedAt !== undefined && known.updated_at < reported.updatedAt);

/**
 * Several alerts without an instant may arrive at once, but an alert is identified by rule, member
 * and instant: each gets its own. Only unique under the alert clock's lock.
 */
const freeInstant = `(select at from (
    select $10::timestamptz + n * interval '1 millisecond' as at from generate_series(0, 100000) n
  ) one where not exists (
    select from alert_events where source = 'sparkfly' and rule_id = $2
      and owner is not distinct from $5 and created_at = one.at
  ) order by at limit 1)`;

/**
 * Stores an alert of Sparkfly at a position of the alert clock, which the caller has advanced in
 * the same database transaction. It is due at once as evidence about the account of a linked
 * member.
 */
export const insertReportedAlert = async (
  db: Queryable,
  reported: ReportedAlert,
  position: number,
  at: Date,
): Promise<AlertEventRow> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-told-alert',
      text: `with stored as (
          insert into alert_events (source, family, position, rule_id, rule_name, metric, owner,
            store, quantity, notifications_sent, suppressed_count, created_at, is_undated,
            updated_at, stored_at)
          values ('sparkfly', 'loyalty', $1, $2, $3, $4, $5, $6, $7, $8, $9,
            case when $11 then ${freeInstant} else $10 end, $11, $12, $13)
          returning ${columns}
        ), due as (
          insert into due_work (consumer, key, due_at, since)
          select 'alert_evidence', event_id::text, $13::timestamptz, $13::timestamptz
          from stored join loyalty_members on enrollment_id = $5::text::bigint
          returning ${notifyWorkers}
        )
        select ${columns} from stored`,
      values: [
        ...[
          position,
          reported.ruleId,
          reported.ruleName,
          reported.metric,
          reported.owner,
          reported.store,
        ],
        ...[reported.quantity, reported.notificationsSent, reported.suppressedCount],
        ...[
          reported.createdAt ?? at,
          reported.createdAt === undefined,
          reported.updatedAt ?? at,
          at,
        ],
      ],
    }),
  );
  const row = parseRow(AlertEventRow, rows);
  if (row === undefined) throw new Error('a stored alert was not given back');
  return row;
};

/**
 * Updates the mutable values of an alert of Sparkfly, forward only; undefined when nothing changed.
 */
export const updateReportedAlert = async (
  db: Queryable,
  id: number,
  reported: ReportedAlert,
  at: Date,
): Promise<AlertEventRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'move-told-alert',
      text: `update alert_events set suppressed_count = greatest(suppressed_count, $2),
          notifications_sent = notifications_sent or $3, updated_at = greatest(updated_at, $4)
        where event_id = $1 and (suppressed_count < $2 or ($3 and not notifications_sent)
          or ($5 and updated_at < $4))
        returning ${columns}`,
      values: [
        ...[id, reported.suppressedCount, reported.notificationsSent, reported.updatedAt ?? at],
        reported.updatedAt !== undefined,
      ],
    }),
  );
  return parseRow(AlertEventRow, rows);
};
