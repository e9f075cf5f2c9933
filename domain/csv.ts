/** One record of a CSV text, with the line on which it begins, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A malformed record; its cells are not returned. */
export interface CsvProblem {
  readonly line: number;
  /** Follows the line number in a message; repeats nothing of the text. */
  readonly message: string;
}

/**
 * A cell that a spreadsheet would run as a formula, also in full-width form. Printing puts an
 * apostrophe before it (OWASP, "CSV Injection"); reading removes the apostrophe.
 */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;
const guarded = /^'+[=+\-@\t\r\n＝＋－＠]/;

const unguard = (text: string): string => (guarded.test(text) ? text.slice(1) : text);

/** The position of the closing quote; -1 without one. */
const closingQuote = (text: string, from: number): number => {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
};

interface Cell {
  readonly text: string;
  /** Position of the separator after the cell, or the end of the text. */
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
 * Parses CSV (RFC 4180) with any line ends and an optional byte order mark; skips empty lines. A
 * malformed record becomes a problem and parsing goes on with the next line; an unclosed quote ends
 * it. Linear in the text; reads at most `recordsMax` records.
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
    // Skips empty lines at once: a file may hold millions of them.
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
 * Prints CSV with CRLF line ends; `parseCsv` reads the same cells back. A cell that a spreadsheet
 * would run as a formula gets a leading apostrophe.
 */
export const printCsv = (rows: Iterable<readonly string[]>): string => {
  let printed = '';
  for (const row of rows) {
    // A single empty cell would print as an empty line, which the parser skips.
    printed += `${row.map(printCell).join(',') || '""'}\r\n`;
  }
  return printed;
};
