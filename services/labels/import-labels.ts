import type { ImportLine, ImportReport } from '../../contracts/v1/labels.js';
import { insertAudit } from '../../db/audit.js';
import type { Pool } from '../../db/pool.js';
import { groupBy } from '../../domain/group-by.js';
import {
  columnOf,
  type FileFault,
  type ImportFile,
  importFileOf,
  openImportFile,
} from '../../domain/labels/import-file.js';
import type { Actor } from '../ports.js';
import { mapInTurns } from '../turns.js';
import type { StatementFault } from './check-day.js';
import { stateLabels } from './state.js';

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
 * Takes a CSV file of labels in: each line on its own, so that wrong lines do not keep the others
 * out. The lines that are stored are stored together; the same file again changes nothing.
 * Throws `TemporarilyUnavailable`.
 */
export const importLabels = async (
  pool: Pool,
  actor: Actor,
  given: { readonly text: string; readonly matchDays: number; readonly now: Date },
): Promise<Import> => {
  const opened = openImportFile(given.text);
  if (typeof opened === 'string') return { kind: 'refused', fault: opened };
  const file = importFileOf(await mapInTurns(opened.lines, (read) => read), opened.problems);
  const stated = await stateLabels(pool, actor, {
    statements: file.statements.map(({ statement }) => statement),
    source: 'csv',
    matchDays: given.matchDays,
    isAllOrNothing: false,
    now: given.now,
  });
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
  await insertAudit(pool, { ...entry, details: counts, at: given.now });
  return { kind: 'imported', report: { ...counts, lines: all } };
};
