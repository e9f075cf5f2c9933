import type { Address } from '../../contracts/hbc/credit-card.js';
import { evenWords, isDirection, isOrdinal } from './even-words.js';
import { streetKinds } from './street-suffixes.js';

/** A street in one spelling, as words. */
export interface Street {
  /** House and street, with the flat where one is given. */
  readonly whole: readonly string[];
  /** The same without the flat and what else the second line says. */
  readonly house: readonly string[];
}

/** Words before the number of a flat, which people write in many ways or not at all. */
const flatWords: ReadonlySet<string> = new Set([
  ...['apartment', 'apt', 'appartement', 'app', 'suite', 'ste', 'unit', 'unite', 'no', 'bureau'],
]);

/** Words that say what kind of part it is; unlike the others they count. */
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

/** Where the flat begins in a line; its length where there is none. */
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

/** Numbers after these are the street's own: Highway 5, County Road 12. */
const numbered: ReadonlySet<string> = new Set(['hwy', 'rte', 'rd', 'fwy', 'aut', 'rg', 'pobox']);

/** `410 Maple Ave 3B` has its flat behind the kind of the street. */
const withoutBareFlat = (words: readonly string[]): readonly string[] => {
  const [last = '', before = ''] = [words.at(-1), words.at(-2)];
  const isFlat = /^(?:\d+[a-z]?|[a-z]\d*)$/.test(last) && !isDirection(last);
  const isBehind = streetKinds.has(before) || isDirection(before);
  return words.length > 3 && isFlat && isBehind && !numbered.has(before)
    ? words.slice(0, -1)
    : words;
};

/** `Apt 3B, 410 Maple Ave` says the flat first, as Canada writes `3B-410 Maple Ave`. */
const flatLast = (words: readonly string[]): readonly string[] => {
  const [mark = '', name, number] = words;
  const isFirst =
    (flatWords.has(mark) || partWords.has(mark)) && isPartName(name) && startsWithDigit(number);
  return isFirst && words.length > 3 ? [...words.slice(2), mark, name ?? ''] : words;
};

const canadianFlat = /^\s*(\w{1,5})\s*-\s*(\d{1,6}\w?\s)/;

/** Kinds of streets that French writes before the name, by the English word. */
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

/** Whether the second line is the street, and the first a flat, a firm or `care of`. */
const isSecondTheStreet = (first: readonly string[], second: readonly string[]): boolean => {
  if (first.length === 0) return true;
  const isHouse = startsWithDigit(second[0]) && second.length > 1;
  const isFlat = flatWords.has(first[0] ?? '') || partWords.has(first[0] ?? '');
  return isHouse && ((isFlat && first.length < 3) || !first.some(startsWithDigit));
};

/**
 * The street of an address; `country` is its ISO code. Linear in the texts, of which nobody has
 * asked that they be an address.
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
 * Words as one key. Numbers that follow one another stay two: 12 3rd St is not 1 23rd St. Words
 * that only announce a flat are left out; `Ste` before a name is a saint.
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
