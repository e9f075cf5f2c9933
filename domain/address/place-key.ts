import type { Address } from '../../contracts/hbc/credit-card.js';
import { countryOf, regionOf } from '../country.js';
import { remembered } from '../remembered.js';
import { normaliseWords } from '../text.js';
import { evenWords } from './even-words.js';
import { type Street, streetKeyOf, streetOf } from './street.js';
import { listKeysInVersion1, placeInVersion1 } from './version-1.js';
import { zipKeyOf } from './zip.js';

/** An address in one spelling. */
interface Place {
  readonly street: Street;
  readonly zip: string;
  readonly city: string;
  readonly region: string;
  readonly country: string;
}

const placeOf = remembered((address: Address): Place => {
  const country = countryOf(address.country);
  return {
    street: streetOf(address, country),
    zip: zipKeyOf(address),
    city: evenWords(address.city, country).join(' '),
    region:
      regionOf(address.country, address.state)?.toLowerCase() ?? normaliseWords(address.state),
    country: country ?? normaliseWords(address.country),
  };
});

const townOf = ({ city, region }: Pick<Place, 'city' | 'region'>): string =>
  `${city} ${region}`.trim();

const keyOf = (place: Place): string => {
  const where = place.zip === '' ? townOf(place) : place.zip;
  return `${streetKeyOf(place.street.whole)}|${where}|${place.country}`;
};

/**
 * Equal for two spellings of one place. The name is left out: two people at one address are one
 * address. City and state count only where there is no postal code, which implies them.
 */
export const addressKeyOf = (address: Address): string => keyOf(placeOf(address));

/** A place as orders and lists are told apart by it; personal, so it is hashed. */
export interface PlaceSubject {
  readonly key: string;
  /** What earlier versions called it, where that is something else. */
  readonly earlier: readonly string[];
}

/** Undefined when neither street nor postal code is given: a town is no place that two share. */
export const placeSubjectOf = remembered((address: Address): PlaceSubject | undefined => {
  const place = placeOf(address);
  const key = keyOf(place);
  if (key.startsWith('|') && place.zip === '') return undefined;
  const before = placeInVersion1(address);
  return { key, earlier: before === undefined || before === key ? [] : [before] };
});

/**
 * The key of a list entry: of what it gives, the postal code rather than the town. Undefined
 * without a street, and without either of these.
 */
export const entryKeyOf = (address: Address): PlaceSubject | undefined => {
  const place = placeOf(address);
  const isPlace = place.zip !== '' || place.city !== '';
  return isPlace && streetKeyOf(place.street.whole) !== '' ? placeSubjectOf(address) : undefined;
};

/**
 * Every key under which an entry of a list may name the address. An entry matches what it gives:
 * one without a flat any flat of the house, one by city the house under any postal code.
 */
export const listKeysOf = remembered((address: Address): readonly string[] => {
  const place = placeOf(address);
  const streets = [place.street.whole, place.street.house].map(streetKeyOf).filter(Boolean);
  const towns = place.city === '' ? [] : [townOf(place), place.city];
  const wheres = [place.zip, ...towns].filter(Boolean);
  const keys = streets.flatMap((street) =>
    wheres.map((where) => `${street}|${where}|${place.country}`),
  );
  return [...new Set([...keys, ...listKeysInVersion1(address)])];
});
