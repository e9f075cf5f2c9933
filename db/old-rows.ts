import { type Queryable, reached } from './pool.js';

/** One statement of this size holds its locks for milliseconds. */
export const oldRowsAtOnce = 1000;

/** Tables with limited retention: their key, the instant that counts, and which rows stay. */
const agedTables = {
  evidence: { key: 'evidence_id', since: 'recorded_at', stays: 'false' },
  aifi_pushes: { key: 'push_id', since: 'received_at', stays: 'false' },
  alert_activities: { key: 'arrival', since: 'received_at', stays: 'false' },
  alert_events: {
    key: 'event_id',
    since: 'stored_at',
    // Dated in the future by a fast clock, with unsent mails, or not yet evidence.
    stays: `created_at >= $1 or exists (select from due_work
      where consumer in ('alert_mails', 'alert_evidence') and key = event_id::text)`,
  },
  // After its dispatch, consumers no longer need an event.
  order_events: { key: 'id', since: 'at', stays: 'dispatched_at is null' },
  // A cache: an expired row is never read again.
  sardine_customers: { key: 'cache_key', since: 'expires_at', stays: 'false' },
  console_sessions: { key: 'session_id', since: 'expires_at', stays: 'false' },
  console_entries: { key: 'token_hash', since: 'expires_at', stays: 'false' },
  console_browsers: { key: 'ctid', since: 'expires_at', stays: 'false' },
} as const;

/**
 * Deletes at most `oldRowsAtOnce` expired rows of a table, oldest first, and returns their number.
 * Locked rows stay for the next call.
 */
export const deleteOldRows = async (
  db: Queryable,
  table: keyof typeof agedTables,
  before: Date,
): Promise<number> => {
  const { key, since, stays } = agedTables[table];
  const { rowCount } = await reached(
    db.query({
      name: `delete-old-${table}`,
      text: `delete from ${table} where ${key} in (
          select ${key} from ${table} where ${since} < $1 and not (${stays})
          order by ${since} limit $2 for update skip locked
        )`,
      values: [before, oldRowsAtOnce],
    }),
  );
  return rowCount ?? 0;
};

/**
 * Deletes at most `oldRowsAtOnce` alert rules that were deleted before an instant and have no
 * alerts left, and returns their number.
 */
export const deleteOldAlertRules = async (db: Queryable, before: Date): Promise<number> => {
  const { rowCount } = await reached(
    db.query({
      name: 'delete-old-alert-rules',
      text: `delete from alert_rules where rule_id in (
          select r.rule_id from alert_rules r where r.deleted_at < $1 and not exists (
            select from alert_events e
            where e.family = r.family and e.rule_id = r.rule_id and e.source = 'verdict'
          )
          limit $2
        )`,
      values: [before, oldRowsAtOnce],
    }),
  );
  return rowCount ?? 0;
};
