import { parseWire } from '../../contracts/faults.js';
import { importLinesMax, LabelStatement } from '../../contracts/v1/labels.js';
import { type CsvProblem, parseCsv } from '../csv.js';
import { unknownColumnsText } from '../csv-header.js';

/** File column to field of the label statement. */
const fieldOfColumn: ReadonlyMap<string, string> = new Map([
  ['kind', 'kind'],
  ['transaction_id', 'transactionId'],
  ['banner', 'banner'],
  ['order_id', 'orderId'],
  ['group_id', 'groupId'],
  ['last4', 'last4'],
  ['order_date', 'orderDate'],
  ['amount', 'amount'],
  ['currency', 'currency'],
  ['date', 'date'],
  ['reason', 'reason'],
  ['fraud', 'fraud'],
  ['source_id', 'sourceId'],
]);

/**
 * Columns that Verdict's own export adds; the import ignores them, so that an export can be
 * imported.
 */
export const exportColumns = [
  'label_id',
  'source',
  'said_by',
  'said_at',
  'is_current',
  'withdrawn_at',
  'withdrawn_by',
  'withdrawal_reason',
] as const;

const columnOfField = new Map([...fieldOfColumn].map(([column, field]) => [field, column]));

/** The column of a field; null without one. */
export const columnOf = (field: string): string | null => columnOfField.get(field) ?? null;

export interface LineFault {
  /** Null when the fault concerns the whole line. */
  readonly column: string | null;
  readonly message: string;
}

export interface ImportFile {
  readonly statements: readonly { readonly line: number; readonly statement: LabelStatement }[];
  readonly wrong: readonly { readonly line: number; readonly faults: readonly LineFault[] }[];
}

/** Why a file cannot be read at all; follows the file's name in a message. */
export type FileFault = string;

const knownColumns = [...fieldOfColumn.keys(), ...exportColumns];

const faultOfHeader = (names: readonly string[]): FileFault | undefined => {
  const unknown = unknownColumnsText(names, knownColumns);
  if (unknown !== undefined) return `has ${unknown}`;
  if (new Set(names).size < names.length) return 'has a column twice in its header';
  return names.includes('kind') ? undefined : 'must have the column kind';
};

/** Splits `$.orderId is not valid` into column and text. */
const lineFault = (message: string): LineFault => {
  const [path = '', ...words] = message.split(' ');
  return { column: columnOf(path.replace(/^\$\.?/, '')), message: words.join(' ') };
};

const readLine = (names: readonly string[], cells: readonly string[]) => {
  if (cells.length > names.length) {
    return { faults: [{ column: null, message: 'has more cells than the header' }] };
  }
  const fields = names.flatMap((name, index) => {
    const field = fieldOfColumn.get(name);
    const cell = cells[index]?.trim() ?? '';
    return field === undefined || cell === '' ? [] : [[field, cell] as const];
  });
  const parsed = parseWire(LabelStatement, Object.fromEntries(fields));
  return parsed.ok
    ? { statement: parsed.value }
    : { faults: parsed.faults.map(({ message }) => lineFault(message)) };
};

type ReadLine = { readonly line: number } & ReturnType<typeof readLine>;

/** A file with a valid header. Each line is parsed on demand. */
interface OpenedFile {
  readonly lines: Iterable<ReadLine>;
  readonly problems: readonly CsvProblem[];
}

/** Checks the header of an imported file and splits the file into lines. */
export const openImportFile = (text: string): OpenedFile | FileFault => {
  // The header, and one line above the limit to detect a file that is too long.
  const { rows, problems } = parseCsv(text, importLinesMax + 2);
  const [header, ...lines] = rows;
  if (header === undefined) return 'must have a header';
  const [problem] = problems;
  // What follows a broken first line is data, and no header whose names may be repeated.
  if (problem !== undefined && problem.line < header.line) {
    return `must have a header, but its line ${problem.line} ${problem.message}`;
  }
  const names = header.cells.map((name) => name.trim().toLowerCase());
  const fault = faultOfHeader(names);
  if (fault !== undefined) return fault;
  if (lines.length + problems.length > importLinesMax) {
    return `must have at most ${importLinesMax} lines below its header`;
  }
  const read = function* () {
    for (const { line, cells } of lines) yield { line, ...readLine(names, cells) };
  };
  return { lines: read(), problems };
};

/** The statements of the lines that were read, and the faults of the others. */
export const importFileOf = (
  read: readonly ReadLine[],
  problems: readonly CsvProblem[],
): ImportFile => ({
  statements: read.flatMap(({ line, statement }) =>
    statement === undefined ? [] : [{ line, statement }],
  ),
  wrong: [
    ...read.flatMap(({ line, faults }) => (faults === undefined ? [] : [{ line, faults }])),
    ...problems.map(({ line, message }) => ({ line, faults: [{ column: null, message }] })),
  ].toSorted((one, other) => one.line - other.line),
});
