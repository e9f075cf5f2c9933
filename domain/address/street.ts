import type { Address } from '../../contracts/hbc/credit-card.js';
import { evenWords, isDirection, isOrdinal } from './even-words.js';
import { streetKinds } from './street-suffixes.js';

/** A normalised street, as words. */
export interface Street {
  /** House and street, with the flat where one is given. */
  readonly whole: readonly string[];
  /** The same without the flat and without anything else of the second line. */
  readonly house: readonly string[];
}

/** Words before the number of a flat, which people write in many ways or not at all. */
const flatWords: ReadonlySet<string> = new Set([
  ...['apartment', 'apt', 'appartement', 'app', 'suite', 'ste', 'unit', 'unite', 'no', 'bureau'],
]);

/** Words that name the kind of a part. Unlike the words for a flat, they stay in the key. */
const partWords: ReadonlySet<string> = new Set([
  ...['fl', 'bldg', 'room', 'rm', 'lot', 'spc', 'space', 'trlr', 'slip', 'dept', 'ofc', 'office'],
]);

/** Parts of a house that have no number. */
const loneParts: ReadonlySet<string> = new Set([
  ...['ph', 'penthouse', 'bsmt', 'basement', 'lbby', 'lobby', 'rear', 'frnt', 'uppr', 'lowr'],
]);

const isPartName = (word: string | undefined): boolean =>
  word !== undefined && (/\d/.test(word) || word.length <= 2 || loneParts.has(word));

const startsWithDigit = (word: string | undefined): boolean => /^\d/.test(word ?? '');

/** Index at which the flat begins; the line's length without a flat. */
const flatStart = (words: readonly string[]): number => {
  for (let index = 2; index < words.length; index += 1) {
    const [word = '', before = '', next] = [words[index], words[index - 1], words[index + 1]];
    if (loneParts.has(word) && next === undefined) return index;
    if (partWords.has(word) && isOrdinal(before) && index > 2) return index - 1;
    const isMark = flatWords.has(word) || partWords.has(word);
    if (isMark && isPartName(next)) return index;
  }
  return words.length;
};

/** A number after one of these belongs to the street: Highway 5, County Road 12. */
const numbered: ReadonlySet<string> = new Set(['hwy', 'rte', 'rd', 'fwy', 'aut', 'rg', 'pobox']);

/** `410 Maple Ave 3B` has its flat after the street suffix. */
const withoutBareFlat = (words: readonly string[]): readonly string[] => {
  const [last = '', before = ''] = [words.at(-1), words.at(-2)];
  const isFlat = /^(?:\d+[a-z]?|[a-z]\d*)$/.test(last) && !isDirection(last);
  const isBehind = streetKinds.has(before) || isDirection(before);
  return words.length > 3 && isFlat && isBehind && !numbered.has(before)
    ? words.slice(0, -1)
    : words;
};

/** `Apt 3B, 410 Maple Ave` puts the flat first, as Canada writes `3B-410 Maple Ave`. */
const flatLast = (words: readonly string[]): readonly string[] => {
  const [mark = '', name, number] = words;
  const isFirst =
    (flatWords.has(mark) || partWords.has(mark)) && isPartName(name) && startsWithDigit(number);
  return isFirst && words.length > 3 ? [...words.slice(2), mark, name ?? ''] : words;
};

const canadianFlat = /^\s*(\w{1,5})\s*-\s*(\d{1,6}\w?\s)/;

/** Suffixes that French puts before the name, by their English abbreviation. */
const frenchFirst: ReadonlyMap<string, string> = new Map([
  ['rue', 'st'],
  ['r', 'st'],
  ['ave', 'ave'],
  ['blvd', 'blvd'],
  ['ch', 'rd'],
  ['pl', 'pl'],
]);

/** `1000 rue Sherbrooke Ouest` is `1000 Sherbrooke St W`. */
const kindLast = (words: readonly string[]): readonly string[] => {
  const kind = frenchFirst.get(words[1] ?? '');
  if (kind === undefined || words.length < 3) return words;
  const [number = '', , ...name] = words;
  const end = flatStart(words) - 2;
  const last = name[end - 1] ?? '';
  const direction = last === 'o' ? 'w' : last;
  return isDirection(direction) && end > 1
    ? [number, ...name.slice(0, end - 1), kind, direction, ...name.slice(end)]
    : [number, ...name.slice(0, end), kind, ...name.slice(end)];
};

const lineOf = (text: string, country: string | undefined): readonly string[] => {
  if (country !== 'CA') return flatLast(evenWords(text, country));
  const words = evenWords(text.replace(canadianFlat, 'unit $1 $2'), country);
  return kindLast(flatLast(words));
};

/** Whether the second line holds the street, and the first one a flat, a company or `care of`. */
const isSecondTheStreet = (first: readonly string[], second: readonly string[]): boolean => {
  if (first.length === 0) return true;
  const isHouse = startsWithDigit(second[0]) && second.length > 1;
  const isFlat = flatWords.has(first[0] ?? '') || partWords.has(first[0] ?? '');
  return isHouse && ((isFlat && first.length < 3) || !first.some(startsWithDigit));
};

/**
 * The street of an address; `country` is its ISO code. Linear in the texts, which may be anything.
 */
export const streetOf = (address: Address, country: string | undefined): Street => {
  const first = lineOf(address.streetLineOne, country);
  const second = lineOf(address.streetLineTwo ?? '', country);
  const isTurned = isSecondTheStreet(first, second);
  const [street, rest] = isTurned ? [second, first] : [first, second];
  const house = withoutBareFlat(street.slice(0, flatStart(street)));
  return { whole: [...street, ...rest], house };
};

/**
 * Joins words to one key. Two numbers in a row stay apart: 12 3rd St is not 1 23rd St. Words that
 * only announce a flat are dropped; `Ste` before a name is a saint.
 */
export const streetKeyOf = (words: readonly string[]): string => {
  const parts: string[] = [];
  for (const [index, word] of words.entries()) {
    const isSaint = word === 'ste' && !isPartName(words[index + 1]);
    if (flatWords.has(word) && !isSaint) continue;
    const isNumberAgain = /\d$/.test(parts.at(-1) ?? '') && startsWithDigit(word);
    parts.push(isNumberAgain ? `-${word}` : isSaint ? 'st' : word);
  }
  return parts.join('');
};
