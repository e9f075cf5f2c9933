import type { Address } from '../../contracts/hbc/credit-card.js';
import { countryInEnglish } from '../country.js';
import { normaliseWords } from '../text.js';

/**
 * The first version of place keys. Stored hashes of these keys are still read: in order history
 * (180 days), in evidence (longer) and on lists (for ever). Never change this file; new rows use
 * `place-key.ts`.
 */
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

const flatWords: ReadonlySet<string> = new Set(['apartment', 'apt', 'suite', 'ste', 'unit', 'no']);

const streetKeyOf = (words: readonly string[]): string => {
  const parts: string[] = [];
  for (const word of words) {
    if (flatWords.has(word)) continue;
    if (/\d$/.test(parts.at(-1) ?? '') && /^\d/.test(word)) parts.push('-');
    parts.push(abbreviations.get(word) ?? word);
  }
  return parts.join('');
};

const zipKeyOf = (zip: string): string => {
  const key = normaliseWords(zip).replaceAll(' ', '');
  return /^\d{9}$/.test(key) ? key.slice(0, 5) : key;
};

const streetOf = ({ streetLineOne, streetLineTwo = '' }: Address): string =>
  streetKeyOf(normaliseWords(`${streetLineOne} ${streetLineTwo}`).split(' '));

/** The parts of an address besides its street, in the spellings that a key may use. */
const wheresOf = ({ city, state, zip, country }: Address) => ({
  zip: zipKeyOf(zip),
  town: () => normaliseWords(`${city} ${state}`),
  cityAlone: () => normaliseWords(`${city} `),
  country: countryInEnglish(country) ?? normaliseWords(country),
});

/** The key of the whole address; undefined when neither street nor postal code is given. */
export const placeInVersion1 = (address: Address): string | undefined => {
  const { zip, town, country } = wheresOf(address);
  const street = streetOf(address);
  if (street === '' && zip === '') return undefined;
  return `${street}|${zip === '' ? town() : zip}|${country}`;
};

/** The first line up to a word for a flat. */
const withoutFlat = (line: string): string => {
  const words = normaliseWords(line).split(' ');
  const end = words.findIndex((word, index) => index > 1 && flatWords.has(word));
  return (end < 0 ? words : words.slice(0, end)).join(' ');
};

/** Every key under which an entry of a list may name the address: see `listKeysOf`. */
export const listKeysInVersion1 = (address: Address): string[] => {
  const { zip, town, cityAlone, country } = wheresOf(address);
  const hasCity = address.city.trim() !== '';
  const house = {
    ...address,
    streetLineOne: withoutFlat(address.streetLineOne),
    streetLineTwo: '',
  };
  const isPlace = hasCity || address.zip.trim() !== '';
  const first = isPlace ? [zip === '' ? town() : zip] : [];
  const rest = hasCity ? [town(), cityAlone()] : [];
  return [streetOf(address), streetOf(house)].flatMap((street) => [
    ...(street === '' && zip === '' ? [] : first.map((where) => `${street}|${where}|${country}`)),
    ...(street === '' ? [] : rest.map((where) => `${street}|${where}|${country}`)),
  ]);
};
