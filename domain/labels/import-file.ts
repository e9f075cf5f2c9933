import { parseWire } from '../../contracts/faults.js';
import { importLinesMax, LabelStatement } from '../../contracts/v1/labels.js';
import { type CsvProblem, parseCsv } from '../csv.js';
import { unknownColumnsText } from '../csv-header.js';

/** Column of the file to the statement's field. */
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

/** Columns that our own export adds: a file may come back as it left. */
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

/** The column of a statement's field; null when it has none. */
export const columnOf = (field: string): string | null => columnOfField.get(field) ?? null;

export interface LineFault {
  /** Null when the whole line is meant. */
  readonly column: string | null;
  readonly message: string;
}

export interface ImportFile {
  readonly statements: readonly { readonly line: number; readonly statement: LabelStatement }[];
  readonly wrong: readonly { readonly line: number; readonly faults: readonly LineFault[] }[];
}

/** What keeps a file from being read at all, in words that go on after what the file is called. */
export type FileFault = string;

const knownColumns = [...fieldOfColumn.keys(), ...exportColumns];

const faultOfHeader = (names: readonly string[]): FileFault | undefined => {
  const unknown = unknownColumnsText(names, knownColumns);
  if (unknown !== undefined) return `has ${unknown}`;
  if (new Set(names).size < names.length) return 'has a column twice in its header';
  return names.includes('kind') ? undefined : 'must have the column kind';
};

/** `$.orderId is not valid` as column and text. */
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

/** A file whose header is right. Each line is read when it is asked for. */
interface OpenedFile {
  readonly lines: Iterable<ReadLine>;
  readonly problems: readonly CsvProblem[];
}

/** Reads the header of an imported file, and of its lines as much as tells them apart. */
export const openImportFile = (text: string): OpenedFile | FileFault => {
  // One more than may be there, and the header.
  const { rows, problems } = parseCsv(text, importLinesMax + 2);
  const [header, ...lines] = rows;
  if (header === undefined) return 'must have a header';
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

/** The statements of a file whose lines have been read, and what is wrong with each other line. */
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
