import { alertEventColumns as columns, AlertEventRow } from './alert-events.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

/** An alert that Sparkfly raised, as it was told. */
export interface ToldAlert {
  readonly ruleId: number;
  readonly ruleName: string;
  readonly metric: string;
  readonly owner: string | null;
  readonly store: number | null;
  readonly quantity: number;
  readonly notificationsSent: boolean;
  readonly suppressedCount: number;
  /** Undefined when it was not told. */
  readonly createdAt: Date | undefined;
  /** Undefined when it was not told. */
  readonly updatedAt: Date | undefined;
}

/**
 * The alert of Sparkfly that is told again: of the same rule, member and instant. One that was told
 * without an instant is the one that was so told before, of the same quantity and store, after
 * `undatedAfter`.
 */
export const findToldAlert = async (
  db: Queryable,
  told: ToldAlert,
  undatedAfter: Date,
): Promise<AlertEventRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-told-alert',
      text: `select ${columns} from alert_events
        where source = 'sparkfly' and rule_id = $1 and owner is not distinct from $2
          and (created_at = $3 or ($3::timestamptz is null and is_undated and created_at > $4
            and quantity = $5 and store is not distinct from $6))
        order by created_at desc limit 1`,
      values: [
        ...[told.ruleId, told.owner, told.createdAt ?? null],
        ...[undatedAfter, told.quantity, told.store],
      ],
    }),
  );
  return parseRow(AlertEventRow, rows);
};

/** Stores an alert of Sparkfly under a number of the clock. */
export const insertToldAlert = async (
  db: Queryable,
  told: ToldAlert,
  position: number,
  at: Date,
): Promise<AlertEventRow> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-told-alert',
      text: `insert into alert_events (source, family, position, rule_id, rule_name, metric, owner,
          store, quantity, notifications_sent, suppressed_count, created_at, is_undated, updated_at)
        values ('sparkfly', 'loyalty', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        returning ${columns}`,
      values: [
        ...[position, told.ruleId, told.ruleName, told.metric, told.owner, told.store],
        ...[told.quantity, told.notificationsSent, told.suppressedCount],
        ...[told.createdAt ?? at, told.createdAt === undefined, told.updatedAt ?? at],
      ],
    }),
  );
  const row = parseRow(AlertEventRow, rows);
  if (row === undefined) throw new Error('a stored alert was not given back');
  return row;
};

/** Moves what may move of an alert of Sparkfly, forward only; nothing else of it ever changes. */
export const moveToldAlert = async (
  db: Queryable,
  id: number,
  told: ToldAlert,
  at: Date,
): Promise<AlertEventRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'move-told-alert',
      text: `update alert_events set suppressed_count = greatest(suppressed_count, $2),
          notifications_sent = notifications_sent or $3, updated_at = greatest(updated_at, $4)
        where event_id = $1 and (suppressed_count < $2 or ($3 and not notifications_sent))
        returning ${columns}`,
      values: [id, told.suppressedCount, told.notificationsSent, told.updatedAt ?? at],
    }),
  );
  return parseRow(AlertEventRow, rows);
};
