import type { Address } from '../../contracts/hbc/credit-card.js';
import { countryOf, regionOf } from '../country.js';
import { remembered } from '../remembered.js';
import { normaliseWords } from '../text.js';
import { evenWords } from './even-words.js';
import { type Street, streetKeyOf, streetOf } from './street.js';
import { listKeysInVersion1, placeInVersion1 } from './version-1.js';
import { zipKeyOf } from './zip.js';

/** A normalised address. */
interface Place {
  readonly street: Street;
  readonly zip: string;
  readonly city: string;
  readonly region: string;
  readonly country: string;
}

/** Normalises an address, once. */
export const placeOf = remembered((address: Address): Place => {
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
 * Equal for two spellings of one place. The recipient's name is left out: two people at one address
 * share it. City and state count only without a postal code, which implies them.
 */
export const addressKeyOf = (address: Address): string => keyOf(placeOf(address));

/** The key by which orders and lists identify a place. It is personal, so callers hash it. */
export interface PlaceSubject {
  readonly key: string;
  /** The keys that earlier versions used, where they differ. */
  readonly earlier: readonly string[];
}

/** Undefined without street and postal code: two orders do not share a place because of a town. */
export const placeSubjectOf = remembered((address: Address): PlaceSubject | undefined => {
  const place = placeOf(address);
  const key = keyOf(place);
  if (key.startsWith('|') && place.zip === '') return undefined;
  const before = placeInVersion1(address);
  return { key, earlier: before === undefined || before === key ? [] : [before] };
});

/**
 * The key of a list entry. It prefers the postal code to the town. Undefined without a street, and
 * without either of these two.
 */
export const entryKeyOf = (address: Address): PlaceSubject | undefined => {
  const place = placeOf(address);
  const isPlace = place.zip !== '' || place.city !== '';
  return isPlace && streetKeyOf(place.street.whole) !== '' ? placeSubjectOf(address) : undefined;
};

/**
 * Every key under which a list entry may name the address. An entry matches on what it gives:
 * without a flat it matches every flat of the house, with a city the house under any postal code.
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
