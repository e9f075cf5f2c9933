import { z } from 'zod';
import { statuses, type TransactionStatus } from '../contracts/hbc/decision.js';
import type { AuditEntry } from './audit.js';
import { type LeasedWork, leasingText, type TakeOptions } from './due.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

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

const DueOutcomeRow = z.object({
  key: z.string(),
  since: z.date(),
  attempts: z.number(),
  status: z.enum(statuses).nullable(),
  body: z.instanceof(Buffer).nullable(),
  is_recorded: z.boolean(),
  is_scored: z.boolean(),
});

/** Due feedback, with the outcome that Sardine gets. */
export interface DueOutcome {
  readonly transactionId: string;
  /** When the feedback became due. */
  readonly since: Date;
  /** With the present one. */
  readonly attempts: number;
  /** Undefined for an order without a decision. `body` is sealed. */
  readonly decided: { readonly status: TransactionStatus; readonly body: Buffer } | undefined;
  /** Whether feedback was sent or given up. */
  readonly isRecorded: boolean;
  /** Whether Sardine has scored the order. */
  readonly isScored: boolean;
}

const dueOutcomeOf = (row: z.output<typeof DueOutcomeRow>): DueOutcome => ({
  transactionId: row.key,
  since: row.since,
  attempts: row.attempts,
  decided:
    row.status === null || row.body === null ? undefined : { status: row.status, body: row.body },
  isRecorded: row.is_recorded,
  isScored: row.is_scored,
});

/**
 * Leases due feedback as `takeDue` does, and reads what it is made of, in one statement, since
 * every settled order needs both.
 */
export const takeDueOutcomes = async (
  db: Queryable,
  { now, limit, leaseMs }: Required<TakeOptions>,
): Promise<Pick<LeasedWork, 'consumer' | 'until'> & { readonly rows: readonly DueOutcome[] }> => {
  const consumer = 'sardine_feedback';
  const until = new Date(now.getTime() + leaseMs);
  const { rows } = await reached(
    db.query({
      name: 'take-owed-feedback',
      text: `${leasingText}
        select key, since, attempts, t.status, t.body, ${isRecorded('taken.key')} as is_recorded,
          exists (select from partner_answers a
            where a.transaction_id = taken.key and a.partner = 'sardine')
          or coalesce(d.partner_answers @> '[{"partner": "sardine", "kind": "answered"}]', false)
            as is_scored
        from taken
        left join (transactions t join decisions d using (transaction_id))
          on t.transaction_id = taken.key
        order by was_due_at, key`,
      values: [consumer, now, limit, until],
    }),
  );
  return { consumer, until, rows: parseRows(DueOutcomeRow, rows).map(dueOutcomeOf) };
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
