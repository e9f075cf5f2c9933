import type { AuditEntry } from './audit.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';

/** What the timeline of an order says once nothing more is to be told of it. */
const isTold = (order: string): string => `exists (select from audit where object = ${order}
  and action in ('feedback.sent', 'feedback.given_up'))`;

/** Has Sardine told how an order ended, unless it has been or that is due already. */
export const insertOwedFeedback = async (
  db: Queryable,
  transactionId: string,
  since: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-owed-feedback',
      text: `insert into due_work (consumer, key, due_at, since)
        select 'sardine_feedback', $1::text, $2::timestamptz, $2::timestamptz
        where not ${isTold('$1')} on conflict do nothing`,
      values: [transactionId, since],
    }),
  );
};

/** Whether Sardine has been told how an order ended, or that was given up. */
export const hasFeedback = async (db: Queryable, transactionId: string): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'has-feedback',
      text: `select where ${isTold('$1')}`,
      values: [transactionId],
    }),
  );
  return rowCount === 1;
};

/**
 * Notes in the timeline what came of telling it, and takes it off what is due, in one statement:
 * every settled order comes here. Of two that have told of one order at once, one notes it.
 */
export const closeOwedFeedback = async (db: Queryable, entry: AuditEntry): Promise<void> => {
  await reached(
    db.query({
      name: 'close-owed-feedback',
      text: `with closed as (
          delete from due_work where consumer = 'sardine_feedback' and key = $4 returning key
        )
        insert into audit (at, actor, action, object, details)
        select $1, $2, $3, key, $5::jsonb from closed`,
      values: [entry.at, entry.actor, entry.action, entry.object, toJson(entry.details ?? {})],
    }),
  );
};
