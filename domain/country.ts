import countries from 'i18n-iso-countries/index.js';
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' };

const nameKey = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}]+/gu, ' ')
    .replace(/^the /, '')
    .trim();

const alpha2ByName: ReadonlyMap<string, string> = new Map(
  Object.entries(english.countries).flatMap(([alpha2, names]) =>
    [names].flat().map((name) => [nameKey(name), alpha2] as const),
  ),
);

/**
 * The ISO 3166-1 alpha-2 code, in upper case, of an alpha-2 code, an alpha-3 code or an English
 * country name in any case; undefined when the text is none of these.
 */
export const isoCountry = (text: string): string | undefined => {
  const code = text.trim().toUpperCase();
  if (countries.alpha2ToAlpha3(code) !== undefined) return code;
  return countries.alpha3ToAlpha2(code) ?? alpha2ByName.get(nameKey(text));
};
