import type { ApiError } from '../../contracts/errors.js';
import { parseWire } from '../../contracts/faults.js';
import {
  type EntryKind,
  EntryToAdd,
  entryKinds,
  importLinesMax,
} from '../../contracts/v1/lists.js';
import { parseCsv } from '../csv.js';
import { unknownColumnsText } from '../csv-header.js';

/** An entry of a file with its line number, counted from 1. */
export interface ImportLine {
  readonly line: number;
  readonly entry: EntryToAdd;
}

export type ImportedLines =
  | { readonly ok: true; readonly lines: readonly ImportLine[] }
  | { readonly ok: false; readonly faults: readonly ApiError[] };

type ReadLine = { readonly line: number } & ReturnType<typeof readLine>;

/** A file with a valid header. Each line is parsed on demand. */
export type OpenedLines =
  | { readonly ok: true; readonly lines: Iterable<ReadLine> }
  | { readonly ok: false; readonly faults: readonly ApiError[] };

const needed = ['value', 'reason'];
/** Columns of an export that do not matter for a new entry. */
const ignored = ['entry_id', 'author', 'created_at', 'removed_by', 'removed_at', 'key_id'];
const known = [...needed, 'expires_at', 'kind', 'banner', 'state', ...ignored];

/** At most this many faults are reported. */
const faultsMax = 100;

const columnOf: ReadonlyMap<string, string> = new Map([
  ['expiresAt', 'expires_at'],
  ['transactionId', 'value'],
  ['address', 'value'],
]);

/** Turns `$.expiresAt must be …` into `line 3: expires_at must be …`. */
export const faultOfLine = (line: number, { error, message }: ApiError): ApiError => ({
  error,
  message: `line ${line}: ${message
    .replace(/^\$\.?(\w*)[\w.]*/, (_path, field: string) => columnOf.get(field) ?? field)
    .trim()}`,
});

const faultIn = (line: number, message: string): ApiError => ({
  error: 'invalid_value',
  message: `line ${line}: ${message}`,
});

const faultsOfHeader = (line: number, header: readonly string[]): ApiError[] => [
  ...needed
    .filter((name) => !header.includes(name))
    .map((name) => faultIn(line, `the column ${name} is missing`)),
  ...[unknownColumnsText(header, known) ?? []].flat().map((text) => faultIn(line, text)),
  ...(new Set(header).size < header.length ? [faultIn(line, 'a column is there twice')] : []),
];

/** Parses `street | postal code | country` in one cell; undefined for any other form. */
const addressOf = (cell: string) => {
  const [streetLineOne, zip, country, ...more] = cell.split('|').map((part) => part.trim());
  return country === undefined || more.length > 0 ? undefined : { streetLineOne, zip, country };
};

/** A surplus part would be read as the country, and the entry would never match. */
const badAddress = '$.address must be street | postal code | country, with two | in it';

const valueFields = (kind: string | undefined, cell: string | undefined) => {
  if (kind === 'card') return { transactionId: cell };
  if (kind === 'address' && cell !== undefined) return { address: addressOf(cell) };
  return { value: cell };
};

/** Reads one record by its header; an empty cell is an absent field. */
const readLine = (
  header: readonly string[],
  cells: readonly string[],
  valueKind: EntryKind | null,
): ReturnType<typeof parseWire<typeof EntryToAdd>> => {
  if (cells.length !== header.length) {
    const message = '$ must have as many cells as the first line has';
    return { ok: false, faults: [{ error: 'invalid_value', message }] };
  }
  const filled = cells.map((cell) => (cell.trim() === '' ? undefined : cell.trim()));
  const of = (name: string) => (header.includes(name) ? filled[header.indexOf(name)] : undefined);
  const state = of('state');
  if (state !== undefined && state !== 'live') {
    const message = '$.state must be live: other entries are not taken over';
    return { ok: false, faults: [{ error: 'invalid_value', message }] };
  }
  const named = of('kind')?.toLowerCase();
  const kind = named ?? valueKind ?? undefined;
  const value = of('value');
  if (kind === 'address' && value !== undefined && addressOf(value) === undefined) {
    return { ok: false, faults: [{ error: 'invalid_value', message: badAddress }] };
  }
  const isKnown = entryKinds.some((one) => one === kind);
  return parseWire(EntryToAdd, {
    ...valueFields(isKnown ? kind : undefined, value),
    kind: named,
    banner: of('banner'),
    reason: of('reason'),
    expiresAt: of('expires_at'),
  });
};

/**
 * Checks the header of a file of entries and splits the file into lines. An import is all or
 * nothing. Faults name line and column and repeat nothing of the file.
 */
export const openImport = (text: string, valueKind: EntryKind | null): OpenedLines => {
  // The header, and one line above the limit to detect a file that is too long.
  const { rows, problems } = parseCsv(text, importLinesMax + 2);
  const broken = problems.map(({ line, message }) => faultIn(line, message));
  const [first, ...records] = rows;
  if (first === undefined) {
    const none: ApiError = { error: 'invalid_value', message: 'line 1: a header line is needed' };
    return { ok: false, faults: broken.length > 0 ? broken.slice(0, faultsMax) : [none] };
  }
  // What follows a broken first line is data, and no header whose names may be repeated.
  if ((problems[0]?.line ?? first.line) < first.line) {
    return { ok: false, faults: broken.slice(0, faultsMax) };
  }
  const header = first.cells.map((cell) => cell.trim().toLowerCase());
  const wrong = [...broken, ...faultsOfHeader(first.line, header)];
  if (records.length > importLinesMax) {
    wrong.push(faultIn(first.line, `at most ${importLinesMax} lines may follow`));
  }
  if (wrong.length > 0) return { ok: false, faults: wrong.slice(0, faultsMax) };
  const lines = function* () {
    for (const { line, cells } of records) yield { line, ...readLine(header, cells, valueKind) };
  };
  return { ok: true, lines: lines() };
};

/** The entries of the lines that were read. */
export const importedLinesOf = (read: readonly ReadLine[]): ImportedLines => {
  const lines: ImportLine[] = [];
  const faults: ApiError[] = [];
  for (const one of read) {
    if (one.ok) lines.push({ line: one.line, entry: one.value });
    else if (faults.length < faultsMax) {
      faults.push(...one.faults.map((fault) => faultOfLine(one.line, fault)));
    }
  }
  return faults.length > 0
    ? { ok: false, faults: faults.slice(0, faultsMax) }
    : { ok: true, lines };
};
