import type { Address } from '../../contracts/hbc/credit-card.js';
import { countryInEnglish } from '../country.js';
import { normaliseWords } from '../text.js';

/**
 * How places were spelt before `place-key.ts`. Hashes of these keys stand in the history of orders
 * (looked at for 180 days), in evidence (kept longer) and on lists (kept for ever), so orders are
 * known by them too. Nothing may change here, and nothing new is stored under such a key.
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

/** The key of the whole address; undefined when neither street nor postal code is given. */
export const placeInVersion1 = (address: Address): string | undefined => {
  const { streetLineOne, streetLineTwo = '', city, state } = address;
  const street = streetKeyOf(normaliseWords(`${streetLineOne} ${streetLineTwo}`).split(' '));
  const zip = zipKeyOf(address.zip);
  if (street === '' && zip === '') return undefined;
  const place = zip === '' ? normaliseWords(`${city} ${state}`) : zip;
  const country = countryInEnglish(address.country) ?? normaliseWords(address.country);
  return `${street}|${place}|${country}`;
};

/** The first line up to a word for a flat. */
const withoutFlat = (line: string): string => {
  const words = normaliseWords(line).split(' ');
  const end = words.findIndex((word, index) => index > 1 && flatWords.has(word));
  return (end < 0 ? words : words.slice(0, end)).join(' ');
};

/** Every key under which an entry of a list may name the address: see `listKeysOf`. */
export const listKeysInVersion1 = (address: Address): string[] => {
  const { streetLineOne } = address;
  const house = { ...address, streetLineOne: withoutFlat(streetLineOne), streetLineTwo: '' };
  return [address, house].flatMap((one) =>
    [one, { ...one, zip: '' }, { ...one, zip: '', state: '' }].flatMap((spelt) => {
      const isPlace = spelt.zip.trim() !== '' || spelt.city.trim() !== '';
      return isPlace ? (placeInVersion1(spelt) ?? []) : [];
    }),
  );
};
