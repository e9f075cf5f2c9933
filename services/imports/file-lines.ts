import { parseCsv } from '../../domain/csv.js';
import type { GivenLine } from './prepare.js';

/** A file that cannot be read as a whole. The message is for whoever gave it. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
}

/** A line of a file, not yet parsed: parts that are stored already need no more. */
export interface FileLine {
  /** Counted from 1. */
  readonly line: number;
  readonly read: () => GivenLine['content'];
}

/** One order has at most a megabyte; a longer line is refused, and only its start is kept. */
const lineLengthMax = 1_048_576;

interface TextLine {
  readonly line: number;
  readonly text: string;
}

/** The lines of a file in UTF-8, in memory one chunk at a time. Throws `FileFault`. */
async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new FileFault('it is not text in UTF-8');
    }
  };
  let rest = '';
  let line = 0;
  for await (const chunk of chunks) {
    const lines = (rest + decode(chunk)).split('\n');
    rest = (lines.pop() ?? '').slice(0, lineLengthMax + 1);
    for (const text of lines) {
      line += 1;
      yield { line, text };
    }
  }
  rest += decode();
  if (rest !== '') yield { line: line + 1, text: rest };
}

const isBlank = (text: string): boolean => text.trim() === '';

const readObject = (text: string): GivenLine['content'] => {
  if (text.length > lineLengthMax) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as GivenLine['content']) : undefined;
  } catch {
    return undefined;
  }
};

/** The orders of a file with one JSON object a line, without blank lines. Throws `FileFault`. */
export async function* readJsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileLine> {
  for await (const { line, text } of textLines(chunks)) {
    if (!isBlank(text)) yield { line, read: () => readObject(text) };
  }
}

/** Lines of one record: a quoted cell may have line breaks. */
const linesOfRecordMax = 100;

const hasOpenQuote = (text: string): boolean => (text.match(/"/g)?.length ?? 0) % 2 === 1;

/** One record of CSV; without cells when it is malformed. */
interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[] | undefined;
}

const recordOf = (lines: readonly TextLine[]): CsvRecord => {
  const { rows, problems } = parseCsv(lines.map(({ text }) => text).join('\n'));
  const [row] = rows;
  return { line: lines[0]?.line ?? 0, cells: problems.length > 0 ? undefined : (row?.cells ?? []) };
};

/** Splits off the records at the start of `lines`; without the last one while it may go on. */
function* takeRecords(lines: TextLine[], isEnd: boolean): Generator<CsvRecord> {
  for (let count = 1; count <= lines.length; ) {
    const some = lines.slice(0, count);
    const isOpen = hasOpenQuote(some.map(({ text }) => text).join('\n'));
    const mayGoOn = isOpen && count < linesOfRecordMax;
    if (mayGoOn && count === lines.length && !isEnd) return;
    if (mayGoOn && count < lines.length) {
      count += 1;
      continue;
    }
    const record = recordOf(some);
    // A stray quote spoils its own line, and none of those after it.
    if (record.cells !== undefined) lines.splice(0, count);
    else lines.shift();
    yield record;
    count = 1;
  }
}

async function* readRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const waiting: TextLine[] = [];
  for await (const one of textLines(chunks)) {
    if (waiting.length === 0 && isBlank(one.text)) continue;
    waiting.push(one);
    yield* takeRecords(waiting, false);
  }
  yield* takeRecords(waiting, true);
}

const headerOf = (cells: readonly string[] | undefined, columns: readonly string[]): string[] => {
  const header = (cells ?? []).map((cell) => cell.replace(/^\uFEFF/, '').trim());
  const missing = columns.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    throw new FileFault(`its header lacks the columns of the mapping: ${missing.join(', ')}`);
  }
  if (new Set(header).size < header.length) throw new FileFault('a column is there twice');
  return header;
};

/**
 * The rows of a CSV file with a header, as objects by column. `columns` must be there. Throws
 * `FileFault`.
 */
export async function* readCsvRows(
  chunks: AsyncIterable<Uint8Array>,
  columns: readonly string[],
): AsyncGenerator<FileLine> {
  let header: readonly string[] | undefined;
  for await (const { line, cells } of readRecords(chunks)) {
    if (header === undefined) {
      header = headerOf(cells, columns);
      continue;
    }
    const names = header;
    const isWhole = cells?.length === names.length;
    yield {
      line,
      read: () =>
        isWhole ? Object.fromEntries(names.map((name, at) => [name, cells[at]])) : undefined,
    };
  }
}
