import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { type LabelKind, labelKinds } from '../contracts/v1/labels.js';
import { notifyWorkers } from './due.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

const LabelRow = z.object({
  label_id: z.string(),
  position: z.string(),
  transaction_id: z.string(),
  banner: z.enum(banners),
  order_id: z.string(),
  group_id: z.string(),
  kind: z.enum(labelKinds),
  // Postgres returns numeric as text; amounts up to 10^9 with four digits are exact as numbers.
  amount: z.string().transform(Number).nullable(),
  currency: z.string().nullable(),
  reason: z.string().nullable(),
  effective_on: z.iso.date().nullable(),
  source: z.enum(['api', 'csv']),
  source_id: z.string(),
  said_by: z.string(),
  said_at: z.date(),
  withdrawn_at: z.date().nullable(),
  withdrawn_by: z.string().nullable(),
  withdrawal_reason: z.string().nullable(),
  is_current: z.boolean(),
});
export type LabelRow = z.output<typeof LabelRow>;

const parse = (rows: readonly unknown[]): LabelRow[] => parseRows(LabelRow, rows);

const selectLabels = `select l.label_id, l.position, l.transaction_id, l.banner, t.order_id,
    t.group_id, l.kind, l.amount, l.currency, l.reason, l.effective_on::text as effective_on,
    l.source, l.source_id, l.said_by, l.said_at, l.withdrawn_at, l.withdrawn_by,
    l.withdrawal_reason,
    l.withdrawn_at is null and not exists (
      select from labels later where later.transaction_id = l.transaction_id
        and later.withdrawn_at is null and later.position > l.position
    ) as is_current
  from labels l join transactions t using (transaction_id)`;

export interface NewLabel {
  readonly labelId: string;
  readonly transactionId: string;
  readonly banner: string;
  readonly kind: LabelKind;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly reason: string | null;
  readonly effectiveOn: string | null;
  readonly sourceId: string;
}

/** Who made the statements of one request, when, and by which route. */
export interface Saying {
  readonly source: 'api' | 'csv';
  readonly saidBy: string;
  readonly saidAt: Date;
}

/**
 * Locks the writing of labels until the commit, so that statements become visible in the order in
 * which they were made, and requests cannot deadlock.
 */
export const lockLabels = async (db: Queryable): Promise<void> => {
  await reached(
    db.query({
      name: 'lock-labels',
      text: `select pg_advisory_xact_lock(hashtextextended('labels', 0))`,
    }),
  );
};

/** A label under the names of its columns, for a statement that takes many. */
export const columnsOfLabel = (label: NewLabel) => ({
  label_id: label.labelId,
  transaction_id: label.transactionId,
  banner: label.banner,
  kind: label.kind,
  amount: label.amount,
  currency: label.currency,
  reason: label.reason,
  effective_on: label.effectiveOn,
  source_id: label.sourceId,
});

const recordset = `rows from (jsonb_to_recordset($1::jsonb) as (label_id uuid,
  transaction_id text, banner text, kind text, amount numeric, currency text, reason text,
  effective_on date, source_id text)) with ordinality as given(label_id, transaction_id, banner,
  kind, amount, currency, reason, effective_on, source_id, place)`;

/**
 * Stores new statements in order, each with its audit row and order event. Returns for each given
 * one the id of the stored equal statement: its own id when this call stored it.
 */
export const insertLabels = async (
  db: Queryable,
  labels: readonly NewLabel[],
  { source, saidBy, saidAt }: Saying,
): Promise<string[]> => {
  const given = toJson(labels.map(columnsOfLabel));
  await reached(
    db.query({
      name: 'insert-labels',
      text: `with stored as (
          insert into labels (label_id, transaction_id, banner, kind, amount, currency, reason,
            effective_on, source_id, source, said_by, said_at)
          select label_id, transaction_id, banner, kind, amount, currency, reason, effective_on,
            source_id, $2, $3, $4
          from ${recordset} order by place
          on conflict do nothing
          returning label_id, transaction_id, kind, position
        ), evented as (
          insert into order_events (transaction_id, kind, at, details)
          select transaction_id, 'labelled', $4::timestamptz,
            jsonb_build_object('labelId', label_id, 'kind', kind)
          from stored order by position returning ${notifyWorkers}
        )
        insert into audit (at, actor, action, object, details)
        select $4, $3, 'label.stated', transaction_id,
          jsonb_build_object('labelId', label_id, 'kind', kind, 'source', $2::text)
        from stored order by position`,
      values: [given, source, saidBy, saidAt],
    }),
  );
  const { rows } = await reached(
    db.query({
      name: 'find-stated-labels',
      text: `select l.label_id from ${recordset}
        join labels l on l.transaction_id = given.transaction_id and l.kind = given.kind
          and l.amount is not distinct from given.amount
          and l.currency is not distinct from given.currency
          and l.effective_on is not distinct from given.effective_on
          and l.source_id = given.source_id
        order by given.place`,
      values: [given],
    }),
  );
  return parseRows(z.object({ label_id: z.string() }), rows).map((row) => row.label_id);
};

/** The labels with these ids, in no order. */
export const findLabels = async (
  db: Queryable,
  labelIds: readonly string[],
): Promise<LabelRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-labels',
      text: `${selectLabels} where l.label_id = any($1::uuid[])`,
      values: [labelIds],
    }),
  );
  return parse(rows);
};

/** An upper bound of one answer: more statements than an order ever has. */
const statementsOfOrderMax = 1000;

/** Every statement about a transaction, newest first. */
export const listLabelsOfTransaction = async (
  db: Queryable,
  transactionId: string,
): Promise<LabelRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-labels-of-transaction',
      text: `${selectLabels} where l.transaction_id = $1 order by l.position desc limit $2`,
      values: [transactionId, statementsOfOrderMax],
    }),
  );
  return parse(rows);
};

/** The statements about some transactions, also withdrawn ones, unordered. */
export const listLabelsOfTransactions = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<LabelRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-labels-of-transactions',
      text: `${selectLabels} where l.transaction_id = any($1::text[])`,
      values: [transactionIds],
    }),
  );
  return parse(rows);
};

export interface LabelFilter {
  readonly kind?: LabelKind | undefined;
  readonly banner?: string | undefined;
  /** When they were stated; inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
}

/** The position of a page's end. */
export interface LabelPlace {
  readonly saidAt: Date;
  readonly position: string;
}

/** One page of statements, newest first, after the given position. */
export const listLabels = async (
  db: Queryable,
  filter: LabelFilter,
  after: LabelPlace | undefined,
  limit: number,
): Promise<LabelRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-labels',
      text: `${selectLabels}
        where ($1::text is null or l.kind = $1)
          and ($2::text is null or l.banner = $2)
          and ($3::timestamptz is null or l.said_at >= $3)
          and ($4::timestamptz is null or l.said_at < $4)
          and ($5::timestamptz is null or (l.said_at, l.position) < ($5, $6::bigint))
        order by l.said_at desc, l.position desc limit $7`,
      values: [
        filter.kind ?? null,
        filter.banner ?? null,
        filter.from ?? null,
        filter.to ?? null,
        after?.saidAt ?? null,
        after?.position ?? null,
        limit,
      ],
    }),
  );
  return parse(rows);
};

/** Marks a statement as withdrawn, with an order event; true when it was not withdrawn before. */
export const withdrawLabel = async (
  db: Queryable,
  withdrawal: { labelId: string; by: string; at: Date; reason: string },
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'withdraw-label',
      text: `with withdrawn as (
          update labels set withdrawn_at = $2, withdrawn_by = $3, withdrawal_reason = $4
          where label_id = $1 and withdrawn_at is null returning transaction_id, label_id
        )
        insert into order_events (transaction_id, kind, at, details)
        select transaction_id, 'labelled', $2::timestamptz,
          jsonb_build_object('labelId', label_id, 'withdrawn', true)
        from withdrawn returning ${notifyWorkers}`,
      values: [withdrawal.labelId, withdrawal.at, withdrawal.by, withdrawal.reason],
    }),
  );
  return rowCount === 1;
};
