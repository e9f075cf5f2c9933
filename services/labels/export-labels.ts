import { type LabelFilter, type LabelPlace, type LabelRow, listLabels } from '../../db/labels.js';
import type { Queryable } from '../../db/pool.js';
import { printCsv } from '../../domain/csv.js';
import type { exportColumns } from '../../domain/labels/import-file.js';

/** Statements that are read and printed at a time. */
const pageSize = 1000;

/** Without it a chargeback whose reason has no code would come back as a dispute. */
const fraudOf = ({ kind }: LabelRow): string | undefined =>
  kind === 'chargeback' || kind === 'dispute' ? String(kind === 'chargeback') : undefined;

const columns = {
  kind: (row) => row.kind,
  transaction_id: (row) => row.transaction_id,
  banner: (row) => row.banner,
  order_id: (row) => row.order_id,
  group_id: (row) => row.group_id,
  amount: (row) => row.amount?.toString(),
  currency: (row) => row.currency,
  date: (row) => row.effective_on,
  reason: (row) => row.reason,
  fraud: fraudOf,
  source_id: (row) => row.source_id,
  label_id: (row) => row.label_id,
  source: (row) => row.source,
  said_by: (row) => row.said_by,
  said_at: (row) => row.said_at.toISOString(),
  is_current: (row) => String(row.is_current),
  withdrawn_at: (row) => row.withdrawn_at?.toISOString(),
  withdrawn_by: (row) => row.withdrawn_by,
  withdrawal_reason: (row) => row.withdrawal_reason,
} satisfies Readonly<
  Record<(typeof exportColumns)[number], (row: LabelRow) => string | null | undefined>
> &
  Readonly<Record<string, (row: LabelRow) => string | null | undefined>>;

const print = (row: LabelRow): string[] => Object.values(columns).map((read) => read(row) ?? '');

/**
 * The statements as CSV, the latest first, a page at a time. A spreadsheet finds no formula in
 * it, and `POST /v1/labels/import` takes it as it is.
 */
export async function* exportLabels(db: Queryable, filter: LabelFilter): AsyncGenerator<string> {
  yield printCsv([Object.keys(columns)]);
  let after: LabelPlace | undefined;
  for (;;) {
    const rows = await listLabels(db, filter, after, pageSize);
    if (rows.length > 0) yield printCsv(rows.map(print));
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = { saidAt: last.said_at, position: last.position };
  }
}
