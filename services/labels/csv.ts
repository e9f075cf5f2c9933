import type { ImportLine, ImportReport } from '../../contracts/v1/labels.js';
import { insertAudit } from '../../db/audit.js';
import { type LabelFilter, type LabelPlace, type LabelRow, listLabels } from '../../db/labels.js';
import type { Pool } from '../../db/pool.js';
import { printCsv } from '../../domain/csv.js';
import { groupBy } from '../../domain/group-by.js';
import {
  columnOf,
  type exportColumns,
  type FileFault,
  type ImportFile,
  importFileOf,
  openImportFile,
} from '../../domain/labels/import-file.js';
import type { Context } from '../context.js';
import { mapInTurns } from '../turns.js';
import type { StatementFault } from './statement-faults.js';
import { stateLabels } from './statements.js';

export type Import =
  | { readonly kind: 'imported'; readonly report: ImportReport }
  | { readonly kind: 'refused'; readonly fault: FileFault };

const wrongLines = ({ wrong }: ImportFile): ImportLine[] =>
  wrong.map(({ line, faults }) => ({ line, result: 'wrong', faults: [...faults] }));

const columnFault = ({ field, message }: StatementFault) => ({
  column: columnOf(field),
  message,
});

const countsOf = (lines: readonly ImportLine[]): Omit<ImportReport, 'lines'> => {
  const counts = { taken: 0, repeated: 0, unmatched: 0, ambiguous: 0, wrong: 0 };
  for (const { result } of lines) counts[result] += 1;
  return counts;
};

/**
 * Imports a CSV file of labels. Wrong lines do not block the others, which are stored together.
 * Importing the same file again changes nothing.
 */
export const importLabels = async (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  given: { readonly text: string; readonly matchDays: number },
): Promise<Import> => {
  const opened = openImportFile(given.text);
  if (typeof opened === 'string') return { kind: 'refused', fault: opened };
  const file = importFileOf(await mapInTurns(opened.lines, (read) => read), opened.problems);
  const stated = await stateLabels(
    { db: pool, actor, now },
    {
      statements: file.statements.map(({ statement }) => statement),
      source: 'csv',
      matchDays: given.matchDays,
      isAllOrNothing: false,
    },
  );
  const results = stated.kind === 'stated' ? stated.results : [];
  const faults = groupBy(stated.faults, ({ index }) => index);
  const lines = file.statements.map(({ line }, index): ImportLine => {
    const own = faults.get(index);
    if (own !== undefined) return { line, result: 'wrong', faults: own.map(columnFault) };
    const { result = 'unmatched', label, candidates, flags } = results[index] ?? {};
    return {
      line,
      result,
      ...(label && { transactionId: label.transactionId }),
      ...(flags && { flags }),
      ...(candidates && { candidates }),
    };
  });
  const all = [...lines, ...wrongLines(file)].toSorted((one, other) => one.line - other.line);
  const counts = countsOf(all);
  const entry = { actor: actor.name, action: 'labels.imported', object: 'labels' };
  await insertAudit(pool, { ...entry, details: counts, at: now });
  return { kind: 'imported', report: { ...counts, lines: all } };
};

/** Statements read and printed at a time. */
const pageSize = 1000;

/** Without it, the import would read a chargeback whose reason has no code as a dispute. */
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
 * Exports statements as CSV, latest first, a page at a time. No cell is a spreadsheet formula, and
 * `POST /v1/labels/import` accepts the file unchanged.
 */
export async function* exportLabels({ db }: Context, filter: LabelFilter): AsyncGenerator<string> {
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
