import type { Address } from '../../contracts/hbc/credit-card.js';
import { isoCountry } from '../country.js';
import { normaliseWords } from '../text.js';
import { hasAnyPhraseStart } from './settings-words.js';

/** USPS Publication 28 abbreviations, so that two spellings of one street meet. */
const abbreviations: ReadonlyMap<string, string> = new Map([
  ['street', 'st'],
  ['avenue', 'ave'],
  ['road', 'rd'],
  ['drive', 'dr'],
  ['lane', 'ln'],
  ['court', 'ct'],
  ['place', 'pl'],
  ['boulevard', 'blvd'],
  ['highway', 'hwy'],
  ['parkway', 'pkwy'],
  ['square', 'sq'],
  ['terrace', 'ter'],
  ['floor', 'fl'],
  ['north', 'n'],
  ['south', 's'],
  ['east', 'e'],
  ['west', 'w'],
]);

/** Words for a flat, which people write in many ways or as `#` or not at all. */
const flatWords: ReadonlySet<string> = new Set(['apartment', 'apt', 'suite', 'ste', 'unit', 'no']);

const streetWordsOf = (address: Address): string =>
  normaliseWords(`${address.streetLineOne} ${address.streetLineTwo ?? ''}`);

const streetKeyOf = (streetWords: string): string => {
  let key = '';
  for (const word of streetWords.split(' ')) {
    if (flatWords.has(word)) continue;
    // 12 3rd St is not 1 23rd St.
    if (/\d$/.test(key) && /^\d/.test(word)) key += '-';
    key += abbreviations.get(word) ?? word;
  }
  return key;
};

/** ZIP+4 says nothing new of the place; Canadian codes are written with and without a space. */
export const zipKeyOf = (zip: string): string => {
  if (/^\d{5}$/.test(zip)) return zip;
  const key = normaliseWords(zip).replaceAll(' ', '');
  return /^\d{9}$/.test(key) ? key.slice(0, 5) : key;
};

const keyOf = (address: Address, streetWords: string): string => {
  const zip = zipKeyOf(address.zip);
  const place = zip === '' ? normaliseWords(`${address.city} ${address.state}`) : zip;
  const country = isoCountry(address.country) ?? normaliseWords(address.country);
  return `${streetKeyOf(streetWords)}|${place}|${country}`;
};

/**
 * Equal for two spellings of one place. The name is left out: two people at one address are one
 * address. City and state count only where there is no postal code, which implies them.
 */
export const addressKeyOf = (address: Address): string => keyOf(address, streetWordsOf(address));

const isForwarder = (address: Address, streetWords: string, phrases: readonly string[]) => {
  const words = `${normaliseWords(address.name)} ${streetWords} ${normaliseWords(address.city)}`;
  return hasAnyPhraseStart(words, phrases);
};

/** Whether a phrase of the list starts at a word of the address. */
export const isFreightForwarder = (address: Address, phrases: readonly string[]): boolean =>
  isForwarder(address, streetWordsOf(address), phrases);

/** PO boxes and private mail boxes in English, French (Canada) and Spanish spellings. */
const poBoxForms = [
  'p ?o ?box',
  'pob \\d',
  'post office box',
  'pmb \\d',
  'private mail ?box',
  'mail ?drop',
  'general delivery',
  'ups store',
  'case postale',
  'boite postale',
  'apartado( postal)? \\d',
];
const poBox = new RegExp(`\\b(${poBoxForms.join('|')})`);

/** Whether goods sent there lie in a box that nobody lives at. */
export const isPoBox = (address: Address): boolean => poBox.test(streetWordsOf(address));

/** What rules ask of one place, with its words evened out once. */
export interface PlaceFacts {
  /** As `addressKeyOf`. */
  readonly key: string;
  readonly isFreightForwarder: boolean;
  readonly isPoBox: boolean;
}

export const placeFactsOf = (address: Address, phrases: readonly string[]): PlaceFacts => {
  const streetWords = streetWordsOf(address);
  return {
    key: keyOf(address, streetWords),
    isFreightForwarder: isForwarder(address, streetWords, phrases),
    isPoBox: poBox.test(streetWords),
  };
};
