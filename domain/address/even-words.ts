import { foldLatin } from '../fold-latin.js';
import { normaliseWords } from '../text.js';
import { abbreviations } from './street-suffixes.js';

const directions: ReadonlyMap<string, string> = new Map([
  ['north', 'n'],
  ['south', 's'],
  ['east', 'e'],
  ['west', 'w'],
  ['northeast', 'ne'],
  ['northwest', 'nw'],
  ['southeast', 'se'],
  ['southwest', 'sw'],
]);

/** French directions count in Canada only: elsewhere `Est` is an estate. */
const frenchDirections: ReadonlyMap<string, string> = new Map([
  ['nord', 'n'],
  ['sud', 's'],
  ['est', 'e'],
  ['ouest', 'w'],
]);

const shortDirections: ReadonlySet<string> = new Set(directions.values());

/** Whether a normalised word is a direction. */
export const isDirection = (word: string): boolean => shortDirections.has(word);

const cardinals = 'zero one two three four five six seven eight nine ten'.split(' ');

const ordinals = [
  ...['zeroth', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'],
  ...['ninth', 'tenth', 'eleventh', 'twelfth', 'thirteenth', 'fourteenth', 'fifteenth'],
  ...['sixteenth', 'seventeenth', 'eighteenth', 'nineteenth'],
];
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

const ordinalOf = (number: number): string => {
  const last = number % 10;
  const isTeen = number % 100 > 10 && number % 100 < 14;
  return `${number}${isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][last] ?? 'th')}`;
};

const ordinalWords: ReadonlyMap<string, string> = new Map([
  ...ordinals.slice(1).map((word, index) => [word, ordinalOf(index + 1)] as const),
  ...tens.map((word, index) => [word.replace(/y$/, 'ieth'), ordinalOf(20 + 10 * index)] as const),
  ['hundredth', '100th'],
]);

const ordinalForm = /^(\d{1,4})(?:st|nd|rd|th|er|re|ere|eme|ieme)$/;
const shortFrenchOrdinal = /^(\d{1,4})e$/;

export const isOrdinal = (word: string): boolean => /^\d+(?:st|nd|rd|th)$/.test(word);

/** Joins a ten and its ordinal, so that `Twenty First` equals `21st`. */
const joinTens = (words: readonly string[]): string[] => {
  const joined: string[] = [];
  for (const word of words) {
    const ten = tens.indexOf(joined.at(-1) ?? '');
    const one = ordinals.indexOf(word);
    if (ten >= 0 && one > 0 && one < 10) joined[joined.length - 1] = ordinalOf(20 + 10 * ten + one);
    else joined.push(word);
  }
  return joined;
};

const evenWord = (word: string, isFrench: boolean): string => {
  const direction = directions.get(word) ?? (isFrench ? frenchDirections.get(word) : undefined);
  if (direction !== undefined) return direction;
  const ordinal = ordinalForm.exec(word) ?? (isFrench ? shortFrenchOrdinal.exec(word) : null);
  if (ordinal?.[1] !== undefined) return ordinalOf(Number(ordinal[1]));
  return ordinalWords.get(word) ?? abbreviations.get(word) ?? word;
};

/** PO boxes in English, French (Canada) and Spanish; each becomes `pobox`. */
const boxForms = [
  'p ?o ?box',
  'p ?o ?b(?= ?\\d)',
  'post office box',
  'postal box',
  'postbox(?= \\d)',
  'casier postal',
  'case postale',
  'c ?p(?= \\d)',
  'boite postale',
  'b ?p(?= \\d)',
  'apartado(?: postal)?(?= \\d)',
];
const box = new RegExp(`(?<![\\p{L}\\p{N}])(?:${boxForms.join('|')})(?!\\p{L})`, 'gu');

/** The words of a text in lower case and plain letters, with each PO box as `pobox`. */
export const plainWords = (text: string): string[] =>
  normaliseWords(foldLatin(text.replaceAll(/[#\u2116]+/g, ' unit ')))
    .replaceAll(box, ' pobox ')
    .split(' ')
    .filter(Boolean);

/**
 * Normalises the words of a text: street suffixes, directions, ordinals and saints, in Canada the
 * French forms too. Linear in the text.
 */
export const evenWords = (text: string, country: string | undefined): string[] => {
  const words = joinTens(plainWords(text));
  // `One Liberty Plaza` is `1 Liberty Plaza`. After the first word, a number word is a name.
  const number = cardinals.indexOf(words[0] ?? '');
  if (number > 0 && words.length > 1) words[0] = String(number);
  return words.map((word) => evenWord(word, country === 'CA'));
};
