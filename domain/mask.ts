import { luhnDouble } from './luhn.js';

/** Payment card numbers have 12 to 19 digits (ISO/IEC 7812-1). */
const shortest = 12;
const longest = 19;

/** A half-open range of digit positions within a run. */
interface Range {
  readonly start: number;
  readonly end: number;
}

const zero = 0x30;
const isDigit = (code: number): boolean => code >= zero && code <= zero + 9;

const dash = /^\p{Pd}$/u;

/** Spaces, tabs and dashes of any kind; the most frequent ones need no regular expression. */
const isSeparator = (code: number): boolean =>
  code === 0x20 ||
  code === 0x2d ||
  code === 0x09 ||
  code === 0xa0 ||
  (code > 0xa0 && dash.test(String.fromCodePoint(code)));

/**
 * Rewrites every run of at least twelve digits, also with spaces and dashes between them.
 * Hand-written instead of a regular expression, because it reads every text of every order.
 */
const replaceRuns = (text: string, rewrite: (run: string) => string): string => {
  if (text.length < shortest) return text;
  let written = '';
  let writtenTo = 0;
  let start = -1;
  let end = 0;
  let count = 0;
  const close = (): void => {
    if (count >= shortest) {
      written += text.slice(writtenTo, start) + rewrite(text.slice(start, end));
      writtenTo = end;
    }
    start = -1;
    count = 0;
  };
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      if (start < 0) start = at;
      end = at + 1;
      count += 1;
    } else if (start >= 0) {
      const point = text.codePointAt(at) ?? code;
      if (!isSeparator(point)) close();
      else if (point > 0xffff) at += 1;
    }
  }
  close();
  return writtenTo === 0 ? text : written + text.slice(writtenTo);
};

/**
 * The digits of a run, its group boundaries, and Luhn sums that make the check of any window O(1).
 */
interface Run {
  readonly digits: string;
  /** Digit positions where a group starts, and the end of the run. */
  readonly edges: readonly number[];
  /** `sums[p][i]`: Luhn sum of the first i digits modulo ten, doubling positions of parity p. */
  readonly sums: readonly [Uint8Array, Uint8Array];
}

const doubled = Uint8Array.from({ length: 10 }, (_, digit) => luhnDouble(digit));

const readRun = (text: string): Run => {
  const codes = new Uint8Array(text.length);
  const sums = [new Uint8Array(text.length + 1), new Uint8Array(text.length + 1)] as const;
  const edges: number[] = [];
  let count = 0;
  let isInGroup = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isOne = isDigit(code);
    if (isOne) {
      if (!isInGroup) edges.push(count);
      codes[count] = code;
      const digit = code - zero;
      const other = doubled[digit] ?? 0;
      const isEven = count % 2 === 0;
      sums[0][count + 1] = ((sums[0][count] ?? 0) + (isEven ? other : digit)) % 10;
      sums[1][count + 1] = ((sums[1][count] ?? 0) + (isEven ? digit : other)) % 10;
      count += 1;
    }
    isInGroup = isOne;
  }
  const digits = Buffer.from(codes.buffer, 0, count).toString('latin1');
  return { digits, edges: [...edges, count], sums: [sums[0], sums[1]] };
};

const isCardWindow = ({ sums }: Run, start: number, end: number): boolean =>
  sums[end % 2 === 0 ? 0 : 1][end] === sums[end % 2 === 0 ? 0 : 1][start];

/** The end of the longest window that begins at an edge and passes Luhn; undefined without one. */
const cardEnd = (run: Run, edge: number): number | undefined => {
  const { edges } = run;
  const start = edges[edge] ?? 0;
  let next = edge;
  while (next + 1 < edges.length && (edges[next + 1] ?? 0) - start <= longest) next += 1;
  for (; next > edge; next -= 1) {
    const end = edges[next] ?? start;
    if (end - start < shortest) return undefined;
    if (isCardWindow(run, start, end)) return end;
  }
  return undefined;
};

/** Merges overlapping ranges: masked one by one, they would show more than ten digits of a card. */
const addTo = (merged: Range[], { start, end }: Range): void => {
  const previous = merged.at(-1);
  if (previous === undefined || start >= previous.end) merged.push({ start, end });
  else if (end > previous.end) merged[merged.length - 1] = { start: previous.start, end };
};

/** Ranges of whole groups, 12 to 19 digits long, that pass Luhn; overlapping ones merged. */
const cardRanges = (run: Run): Range[] => {
  const merged: Range[] = [];
  for (let edge = 0; edge < run.edges.length; edge += 1) {
    const end = cardEnd(run, edge);
    if (end !== undefined) addTo(merged, { start: run.edges[edge] ?? 0, end });
  }
  return merged;
};

/** Ranges of every occurrence of a card number; overlapping ones merged. */
const occurrences = (digits: string, pan: string): Range[] => {
  const merged: Range[] = [];
  for (let at = digits.indexOf(pan); at >= 0; at = digits.indexOf(pan, at + 1)) {
    addTo(merged, { start: at, end: at + pan.length });
  }
  return merged;
};

/** Replaces each range by its first six and last four digits, with `fence` on both sides. */
const maskRanges = (text: string, digits: string, ranges: readonly Range[], fence: string) => {
  let masked = '';
  let position = 0;
  let next = 0;
  for (let at = 0; at < text.length; at += 1) {
    const range = ranges[next];
    const isOne = isDigit(text.charCodeAt(at));
    const isInside = range !== undefined && position + (isOne ? 0 : -1) >= range.start;
    if (!isInside || range === undefined) masked += text.charAt(at);
    if (!isOne) continue;
    position += 1;
    if (range === undefined || position < range.end) continue;
    const firstSix = digits.slice(range.start, range.start + 6);
    masked += `${fence}${firstSix}*${digits.slice(range.end - 4, range.end)}${fence}`;
    next += 1;
  }
  return masked;
};

/** Masks every occurrence of the card number `pan` to first six, `*`, last four. */
export const maskPan = (text: string, pan: string): string =>
  replaceRuns(text, (runText) => {
    const { digits } = readRun(runText);
    const ranges = occurrences(digits, pan);
    return ranges.length === 0 ? runText : maskRanges(runText, digits, ranges, '');
  });

const hasCardNumber = (text: string): boolean => {
  let found = false;
  replaceRuns(text, (run) => {
    found ||= cardRanges(readRun(run)).length > 0;
    return run;
  });
  return found;
};

/**
 * Masks card numbers in free text to first six, `*`, last four: every run of 12 to 19 digits,
 * spaces and dashes allowed between, that passes Luhn, and every occurrence of `pan` (digits) if
 * it is given. Linear in the text's length.
 */
export const maskCardNumbers = (text: string, pan?: string): string =>
  replaceRuns(pan === undefined ? text : maskPan(text, pan), (runText) => {
    const run = readRun(runText);
    const ranges = cardRanges(run);
    if (ranges.length === 0) return runText;
    // The visible digits may form a new card number with their neighbours; a fence separates them.
    const masked = maskRanges(runText, run.digits, ranges, '');
    return hasCardNumber(masked) ? maskRanges(runText, run.digits, ranges, '*') : masked;
  });
