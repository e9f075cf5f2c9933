/** One record of a CSV text, with the line on which it begins, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A record that is not well-formed; its cells are not given. */
export interface CsvProblem {
  readonly line: number;
  /** Goes on after the name of the line, and repeats nothing of the text. */
  readonly message: string;
}

/**
 * A cell that a spreadsheet would run begins so, also in full-width form. The apostrophe that is
 * printed before it makes it text again (OWASP, "CSV Injection"); reading takes it away.
 */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;
const guarded = /^'+[=+\-@\t\r\n＝＋－＠]/;

const unguard = (text: string): string => (guarded.test(text) ? text.slice(1) : text);

/** Where the quoted cell that begins after `from` is closed; -1 when it is not. */
const closingQuote = (text: string, from: number): number => {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
};

interface Cell {
  readonly text: string;
  /** Position of the separator after it, or the end of the text. */
  readonly end: number;
  readonly problem?: string;
}

const separator = /[,\r\n]|$/g;

const separatorFrom = (text: string, from: number): number => {
  separator.lastIndex = from;
  return separator.exec(text)?.index ?? text.length;
};

const readCell = (text: string, from: number): Cell => {
  if (text[from] !== '"') {
    const end = separatorFrom(text, from);
    const cell = text.slice(from, end);
    return cell.includes('"')
      ? { text: '', end, problem: 'has a quote inside a cell that is not quoted' }
      : { text: cell, end };
  }
  const closing = closingQuote(text, from + 1);
  if (closing < 0) return { text: '', end: text.length, problem: 'has a quote that is not closed' };
  const end = separatorFrom(text, closing + 1);
  return end > closing + 1
    ? { text: '', end, problem: 'has text after a closing quote' }
    : { text: text.slice(from + 1, closing).replaceAll('""', '"'), end };
};

const lineBreaksIn = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/**
 * Reads comma-separated values (RFC 4180) with any line ends and an optional byte order mark.
 * Empty lines are left out. A record that is not well-formed becomes a problem and the next line
 * is read on; after a quote that is not closed nothing more can be read. Linear in the text. No
 * more than `recordsMax` records are read.
 */
export const parseCsv = (
  given: string,
  recordsMax = Number.POSITIVE_INFINITY,
): { rows: CsvRow[]; problems: CsvProblem[] } => {
  const text = given.replace(/^\uFEFF/, '');
  const rows: CsvRow[] = [];
  const problems: CsvProblem[] = [];
  let line = 1;
  for (let at = 0; at < text.length && rows.length + problems.length < recordsMax; ) {
    // A file may be empty lines throughout, which are told apart by their number alone.
    if (text[at] === '\n') {
      at += 1;
      line += 1;
      continue;
    }
    const start = at;
    const cells: string[] = [];
    let problem: string | undefined;
    for (let isMore = true; isMore; ) {
      const cell = readCell(text, at);
      cells.push(unguard(cell.text));
      problem ??= cell.problem;
      isMore = text[cell.end] === ',';
      at = cell.end + (isMore ? 1 : 0);
    }
    const isEmpty = at === start;
    at += text.startsWith('\r\n', at) ? 2 : 1;
    if (problem !== undefined) problems.push({ line, message: problem });
    else if (!isEmpty) rows.push({ line, cells });
    line += lineBreaksIn(text.slice(start, at));
  }
  return { rows, problems };
};

const printCell = (cell: string): string => {
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n\t']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/**
 * Prints records as CSV with CRLF line ends; `parseCsv` reads the same cells back. A cell that a
 * spreadsheet would take for a formula gets an apostrophe before it.
 */
export const printCsv = (rows: Iterable<readonly string[]>): string => {
  let printed = '';
  for (const row of rows) {
    // One empty cell would be an empty line, which is no record.
    printed += `${row.map(printCell).join(',') || '""'}\r\n`;
  }
  return printed;
};
