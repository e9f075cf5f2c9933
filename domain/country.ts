import countries from 'i18n-iso-countries/index.js';
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' };
import spanish from 'i18n-iso-countries/langs/es.json' with { type: 'json' };
import french from 'i18n-iso-countries/langs/fr.json' with { type: 'json' };
import { regionCode } from './region.js';

const nameKey = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}]+/gu, ' ')
    .trim()
    .replace(/^the /, '');

/** Territories of the United States, which count as domestic. */
const territories: Readonly<Record<string, readonly string[]>> = {
  PR: ['pr', 'puerto rico', 'porto rico', 'commonwealth of puerto rico'],
  VI: ['vi', 'virgin islands', 'us virgin islands', 'u s virgin islands', 'usvi', 'u s v i'],
  GU: ['gu', 'guam', 'territory of guam'],
  AS: ['as', 'american samoa'],
  MP: ['mp', 'northern mariana islands', 'northern marianas', 'cnmi', 'saipan'],
};

const territoryByName: ReadonlyMap<string, string> = new Map(
  Object.entries(territories).flatMap(([code, names]) => names.map((name) => [name, code])),
);

const commonwealth = /^commonwealth of the /;
const unitedStates =
  /(?:^united states | (?:of the )?(?:u s a?|usa?|united states(?: of america)?)$)/;

/** The part before the country in `Puerto Rico, USA` or `United States Virgin Islands`. */
const territoryOf = (key: string): string | undefined =>
  territoryByName.get(key) ??
  territoryByName.get(key.replace(commonwealth, '').replace(unitedStates, ''));

const namesIn = (language: { readonly countries: Record<string, string | string[]> }) =>
  Object.entries(language.countries).flatMap(([alpha2, names]) =>
    [names].flat().map((name) => [nameKey(name), alpha2] as const),
  );

const englishNames: ReadonlyMap<string, string> = new Map(namesIn(english));
const otherNames: ReadonlyMap<string, string> = new Map([
  ...namesIn(spanish),
  ...namesIn(french),
  // Names in common use that no ISO table lists.
  ['etats unis', 'US'],
  ['british virgin islands', 'VG'],
  ['england', 'GB'],
  ['scotland', 'GB'],
  ['wales', 'GB'],
  ['northern ireland', 'GB'],
  ['holland', 'NL'],
]);

/** Two or three letters, perhaps with dots: `P.R.`, `U. S.` */
const initials = /^\s*(?:\p{L}\.\s*){2,3}$/u;

/** As `isoCountry`, but by code or English name only. */
export const countryInEnglish = (text: string): string | undefined => {
  const code = text.trim().toUpperCase();
  if (countries.alpha2ToAlpha3(code) !== undefined) return code;
  return countries.alpha3ToAlpha2(code) ?? englishNames.get(nameKey(text));
};

/**
 * The ISO 3166-1 alpha-2 code, in upper case, of an alpha-2 code, an alpha-3 code or an English,
 * French or Spanish country name in any case; undefined when the text is none of these.
 */
export const isoCountry = (text: string): string | undefined => {
  if (text.length > 200) return undefined;
  const known = countryInEnglish(text);
  if (known !== undefined) return known;
  if (initials.test(text)) return countryInEnglish(text.replaceAll(/[^\p{L}]/gu, ''));
  const key = nameKey(text);
  return otherNames.get(key) ?? territoryOf(key);
};

/**
 * As `isoCountry`, with the territories of the United States (PR, VI, GU, AS, MP) as the United
 * States: shipments between them are domestic.
 */
export const countryOf = (text: string): string | undefined => {
  const code = isoCountry(text);
  return code !== undefined && Object.hasOwn(territories, code) ? 'US' : code;
};

/**
 * The two-letter code of a state or province, as `regionCode` gives it in the country of
 * `countryOf`. A territory that is written as a country has its own code as region.
 */
export const regionOf = (country: string, state: string): string | undefined => {
  const code = isoCountry(country);
  if (code === undefined) return undefined;
  return Object.hasOwn(territories, code) ? code : regionCode(code, state);
};
