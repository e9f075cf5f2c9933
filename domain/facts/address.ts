import type { Address } from '../../contracts/hbc/credit-card.js';
import { isoCountry } from '../country.js';
import { hasPhraseStart, normaliseWords } from '../text.js';

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

const streetKeyOf = (street: string): string =>
  normaliseWords(street)
    .split(' ')
    .filter((word) => !flatWords.has(word))
    .map((word) => abbreviations.get(word) ?? word)
    .join('');

/** ZIP+4 says nothing new of the place; Canadian codes are written with and without a space. */
export const zipKeyOf = (zip: string): string => {
  const key = normaliseWords(zip).replaceAll(' ', '');
  return /^\d{9}$/.test(key) ? key.slice(0, 5) : key;
};

/**
 * Equal for two spellings of one place. The name is left out: two people at one address are one
 * address. City and state count only where there is no postal code, which implies them.
 */
export const addressKeyOf = (address: Address): string => {
  const street = streetKeyOf(`${address.streetLineOne} ${address.streetLineTwo ?? ''}`);
  const zip = zipKeyOf(address.zip);
  const place = zip === '' ? normaliseWords(`${address.city} ${address.state}`) : zip;
  return `${street}|${place}|${isoCountry(address.country) ?? normaliseWords(address.country)}`;
};

const wordsOf = (address: Address): string =>
  normaliseWords(
    [address.name, address.streetLineOne, address.streetLineTwo ?? '', address.city].join(' / '),
  );

/** Whether a phrase of the list (normalised words) starts at a word of the address. */
export const isFreightForwarder = (address: Address, phrases: readonly string[]): boolean => {
  const words = wordsOf(address);
  return phrases.some((phrase) => hasPhraseStart(words, phrase));
};

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
export const isPoBox = (address: Address): boolean =>
  poBox.test(normaliseWords(`${address.streetLineOne} ${address.streetLineTwo ?? ''}`));
