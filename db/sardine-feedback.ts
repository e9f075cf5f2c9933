import type { AuditEntry } from './audit.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';

/** Whether the timeline of an order records its feedback as sent or given up. */
const isRecorded = (order: string): string => `exists (select from audit where object = ${order}
  and action in ('feedback.sent', 'feedback.given_up'))`;

/** Makes feedback about an order due, unless it was sent or is due already. */
export const insertDueFeedback = async (
  db: Queryable,
  transactionId: string,
  since: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-owed-feedback',
      text: `insert into due_work (consumer, key, due_at, since)
        select 'sardine_feedback', $1::text, $2::timestamptz, $2::timestamptz
        where not ${isRecorded('$1')} on conflict do nothing`,
      values: [transactionId, since],
    }),
  );
};

/** Whether feedback about an order was sent or given up. */
export const hasFeedback = async (db: Queryable, transactionId: string): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'has-feedback',
      text: `select where ${isRecorded('$1')}`,
      values: [transactionId],
    }),
  );
  return rowCount === 1;
};

/**
 * Records the result in the timeline and deletes the due item, in one statement, since every
 * settled order needs it. Of two concurrent calls for one order, only one records it.
 */
export const closeDueFeedback = async (db: Queryable, entry: AuditEntry): Promise<void> => {
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
