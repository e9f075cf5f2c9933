import { z } from 'zod';
import { statuses, type TransactionStatus } from '../contracts/hbc/decision.js';
import type { AuditEntry } from './audit.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

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

const OutcomeRow = z.object({
  status: z.enum(statuses),
  body: z.instanceof(Buffer),
  is_recorded: z.boolean(),
  is_scored: z.boolean(),
});

/** What feedback about an order is made of. */
export interface OutcomeRow {
  readonly status: TransactionStatus;
  /** Sealed. */
  readonly body: Buffer;
  /** Whether feedback was sent or given up. */
  readonly isRecorded: boolean;
  /** Whether Sardine has scored the order. */
  readonly isScored: boolean;
}

/** Reads what feedback about a decided order is made of; undefined without a decision. */
export const findOutcome = async (
  db: Queryable,
  transactionId: string,
): Promise<OutcomeRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'read-outcome',
      text: `select t.status, t.body, ${isRecorded('$1')} as is_recorded,
          exists (select from partner_answers where transaction_id = $1 and partner = 'sardine')
            or d.partner_answers @> '[{"partner": "sardine", "kind": "answered"}]' as is_scored
        from transactions t join decisions d using (transaction_id) where t.transaction_id = $1`,
      values: [transactionId],
    }),
  );
  const row = parseRow(OutcomeRow, rows);
  if (row === undefined) return undefined;
  const { status, body, is_recorded: isRecordedNow, is_scored: isScored } = row;
  return { status, body, isRecorded: isRecordedNow, isScored };
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
