import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import type { AuditEntry } from './audit.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const UnreportedRow = z.object({
  kind: z.enum(['chargeback', 'dispute']),
  label_id: z.string(),
  transaction_id: z.string(),
  banner: z.enum(banners),
  amount: z.string().transform(Number),
  currency: z.string(),
  effective_on: z.iso.date(),
  said_at: z.date(),
});
export type UnreportedRow = z.output<typeof UnreportedRow>;

const unreportedColumns = `l.kind, l.label_id, l.transaction_id, l.banner, l.amount, l.currency,
  l.effective_on::text as effective_on, l.said_at`;

/** Whether label `l` counts and was neither reported nor given up. */
const isUnreported = `l.kind in ('chargeback', 'dispute') and l.told_at is null
  and l.withdrawn_at is null
  and not exists (select from labels later where later.transaction_id = l.transaction_id
    and later.withdrawn_at is null and later.position > l.position)
  and not exists (select from audit a where a.object = l.transaction_id
    and a.action = 'label.given_up' and a.details ->> 'labelId' = l.label_id::text)`;

/**
 * Unreported chargebacks stated since `since`, oldest first: those that count, about orders that
 * Sardine has scored, and that were not given up.
 */
export const listUnreportedChargebackRows = async (
  db: Queryable,
  since: Date,
  limit: number,
): Promise<UnreportedRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-untold-chargebacks',
      text: `select ${unreportedColumns}
        from labels l
        where ${isUnreported} and l.said_at >= $1
          and (exists (select from partner_answers a where a.transaction_id = l.transaction_id
              and a.partner = 'sardine' and a.answer ->> 'kind' = 'answered')
            or exists (select from decisions d where d.transaction_id = l.transaction_id
              and d.partner_answers @> '[{"partner": "sardine", "kind": "answered"}]'))
        order by l.said_at, l.position limit $2`,
      values: [since, limit],
    }),
  );
  return parseRows(UnreportedRow, rows);
};

/** Marks a chargeback as reported to Sardine; true when it was not marked before. */
export const setReported = async (db: Queryable, labelId: string, at: Date): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'set-label-told',
      text: 'update labels set told_at = $2 where label_id = $1 and told_at is null',
      values: [labelId, at],
    }),
  );
  return rowCount === 1;
};

/** The unreported chargeback of a label that counts; undefined when there is none. */
export const findUnreportedChargebackRow = async (
  db: Queryable,
  labelId: string,
): Promise<UnreportedRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-untold-chargeback',
      text: `select ${unreportedColumns} from labels l where l.label_id = $1 and ${isUnreported}`,
      values: [labelId],
    }),
  );
  return parseRow(UnreportedRow, rows);
};

/** Locks a label's row until the transaction ends: who comes next sees what was written before. */
export const lockLabel = async (db: Queryable, labelId: string): Promise<void> => {
  await reached(
    db.query({
      name: 'lock-label',
      text: 'select from labels where label_id = $1 for update',
      values: [labelId],
    }),
  );
};

/**
 * Records in an order's timeline that the report of its chargeback was given up, unless that is
 * recorded. Call it with the label locked, or two calls at once would record it twice.
 */
export const insertGivenUp = async (
  db: Queryable,
  labelId: string,
  entry: AuditEntry,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-label-given-up',
      text: `insert into audit (at, actor, action, object, details)
        select $2, $3, $4, $5, $6 from labels l where l.label_id = $1 and ${isUnreported}`,
      values: [
        labelId,
        ...[entry.at, entry.actor, entry.action, entry.object, toJson(entry.details ?? {})],
      ],
    }),
  );
};
