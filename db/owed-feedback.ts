import { z } from 'zod';
import type { AuditEntry } from './audit.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** Notes that Sardine, where it was asked about the order, is to be told how it ended. */
export const insertOwedFeedback = async (
  db: Queryable,
  transactionId: string,
  since: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-owed-feedback',
      text: `insert into owed_feedback (transaction_id, since)
        select transaction_id, $2 from decisions
        where transaction_id = $1
          and (partner_answers @> '[{"partner": "sardine", "kind": "answered"}]'
            or partner_answers @> '[{"partner": "sardine", "kind": "unavailable"}]')
        on conflict do nothing`,
      values: [transactionId, since],
    }),
  );
};

/**
 * Notes in the timeline what came of telling it, and that nothing more is owed, in one statement:
 * every settled order comes here.
 */
export const closeOwedFeedback = async (db: Queryable, entry: AuditEntry): Promise<void> => {
  await reached(
    db.query({
      name: 'close-owed-feedback',
      text: `with closed as (delete from owed_feedback where transaction_id = $4)
        insert into audit (at, actor, action, object, details) values ($1, $2, $3, $4, $5)`,
      values: [entry.at, entry.actor, entry.action, entry.object, toJson(entry.details ?? {})],
    }),
  );
};

/** Nothing more is to be told of the order. */
export const deleteOwedFeedback = async (db: Queryable, transactionId: string): Promise<void> => {
  await reached(
    db.query({
      name: 'delete-owed-feedback',
      text: 'delete from owed_feedback where transaction_id = $1',
      values: [transactionId],
    }),
  );
};

const OwedRow = z.object({
  transaction_id: z.string(),
  workflow_id: z.string(),
  since: z.date(),
});
export type OwedRow = z.output<typeof OwedRow>;

/** Owed since before `before`, the oldest first, from behind the place of a row on. */
export const listOwedFeedback = async (
  db: Queryable,
  {
    before,
    behind,
    limit,
  }: {
    readonly before: Date;
    readonly behind: Pick<OwedRow, 'since' | 'transaction_id'> | undefined;
    readonly limit: number;
  },
): Promise<OwedRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-owed-feedback',
      text: `select o.transaction_id, t.workflow_id, o.since
        from owed_feedback o join transactions t using (transaction_id)
        where o.since < $1 and (o.since, o.transaction_id) > ($2, $3)
        order by o.since, o.transaction_id limit $4`,
      values: [before, behind?.since ?? new Date(0), behind?.transaction_id ?? '', limit],
    }),
  );
  return parseRows(OwedRow, rows);
};
