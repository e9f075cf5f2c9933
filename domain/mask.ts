import { luhnDouble } from './luhn.js';

/** Payment card numbers have 12 to 19 digits (ISO/IEC 7812-1). */
const shortest = 12;
const longest = 19;

/** Digits with spaces and dashes between them, as people write card numbers. */
const digitRun = /\d(?:[ \t\u00a0\p{Pd}]*\d)+/gu;

/** Half-open range of digit positions inside one run. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The digits of a run, where its groups start, and Luhn sums that make any window O(1). */
interface Run {
  readonly digits: string;
  /** Digit positions where a group of digits starts, and the run's end. */
  readonly edges: readonly number[];
  /** `sums[p][i]`: Luhn sum of the first i digits, doubling positions of parity p. */
  readonly sums: readonly [readonly number[], readonly number[]];
}

const readRun = (text: string): Run => {
  let digits = '';
  const edges: number[] = [];
  const sums: [number[], number[]] = [[0], [0]];
  let even = 0;
  let odd = 0;
  let isInGroup = false;
  for (const character of text) {
    const isDigit = character >= '0' && character <= '9';
    if (isDigit) {
      if (!isInGroup) edges.push(digits.length);
      const digit = Number(character);
      const isEven = digits.length % 2 === 0;
      even += isEven ? luhnDouble(digit) : digit;
      odd += isEven ? digit : luhnDouble(digit);
      sums[0].push(even);
      sums[1].push(odd);
      digits += character;
    }
    isInGroup = isDigit;
  }
  return { digits, edges: [...edges, digits.length], sums };
};

const isCardWindow = (run: Run, start: number, end: number): boolean => {
  const sums = run.sums[end % 2 === 0 ? 0 : 1];
  return ((sums[end] ?? 0) - (sums[start] ?? 0)) % 10 === 0;
};

/** Every window of whole groups, 12 to 19 digits long, that passes Luhn. */
const cardWindows = (run: Run): Range[] =>
  run.edges.flatMap((start, first) => {
    const found: Range[] = [];
    for (let last = first + 1; last < run.edges.length; last += 1) {
      const end = run.edges[last] ?? start;
      if (end - start > longest) break;
      if (end - start >= shortest && isCardWindow(run, start, end)) found.push({ start, end });
    }
    return found;
  });

const occurrences = (digits: string, pan: string): Range[] => {
  const found: Range[] = [];
  for (let at = digits.indexOf(pan); at >= 0; at = digits.indexOf(pan, at + 1)) {
    found.push({ start: at, end: at + pan.length });
  }
  return found;
};

/** Overlapping windows are masked as one: apart, they would show more than ten digits of a card. */
const merge = (ranges: readonly Range[]): Range[] => {
  const merged: Range[] = [];
  for (const range of ranges) {
    const previous = merged.at(-1);
    if (previous === undefined || range.start >= previous.end) merged.push(range);
    else
      merged[merged.length - 1] = { start: previous.start, end: Math.max(previous.end, range.end) };
  }
  return merged;
};

/** Replaces each range by its first six and last four digits, with `fence` on both sides. */
const maskRanges = (text: string, digits: string, ranges: readonly Range[], fence: string) => {
  let masked = '';
  let position = 0;
  let next = 0;
  for (const character of text) {
    const range = ranges[next];
    const isDigit = character >= '0' && character <= '9';
    const isInside = range !== undefined && position + (isDigit ? 0 : -1) >= range.start;
    if (!isInside || range === undefined) masked += character;
    if (!isDigit) continue;
    position += 1;
    if (range === undefined || position < range.end) continue;
    const firstSix = digits.slice(range.start, range.start + 6);
    masked += `${fence}${firstSix}*${digits.slice(range.end - 4, range.end)}${fence}`;
    next += 1;
  }
  return masked;
};

const hasCardNumber = (text: string): boolean =>
  (text.match(digitRun) ?? []).some((run) => cardWindows(readRun(run)).length > 0);

/** Masks every occurrence of the card number `pan` to first six, `*`, last four. */
export const maskPan = (text: string, pan: string): string =>
  text.replaceAll(digitRun, (runText) => {
    const { digits } = readRun(runText);
    return maskRanges(runText, digits, merge(occurrences(digits, pan)), '');
  });

/**
 * Masks card numbers in free text to first six, `*`, last four: every run of 12 to 19 digits,
 * spaces and dashes allowed between, that passes Luhn, and every occurrence of `pan` (digits) if
 * it is given. Linear in the text's length.
 */
export const maskCardNumbers = (text: string, pan?: string): string =>
  (pan === undefined ? text : maskPan(text, pan)).replaceAll(digitRun, (runText) => {
    const run = readRun(runText);
    const ranges = merge(cardWindows(run));
    if (ranges.length === 0) return runText;
    // What stays visible may form a new card number with its neighbours; a fence parts them.
    const masked = maskRanges(runText, run.digits, ranges, '');
    return hasCardNumber(masked) ? maskRanges(runText, run.digits, ranges, '*') : masked;
  });
