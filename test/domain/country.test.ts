import { describe, expect, it } from 'vitest';
import { countryOf, isoCountry, regionOf } from '../../domain/country.js';

describe('isoCountry', () => {
  it.each([
    ['US', 'US'],
    [' us ', 'US'],
    ['usa', 'US'],
    ['U.S.A.', 'US'],
    ['United States', 'US'],
    ['united states of america', 'US'],
    ['CAN', 'CA'],
    ['canada', 'CA'],
    ['UK', 'GB'],
    ['Great Britain', 'GB'],
    ['The Netherlands', 'NL'],
    ["Cote d'Ivoire", 'CI'],
    ['CÔTE D’IVOIRE', 'CI'],
    ['Türkiye', 'TR'],
    ['South Korea', 'KR'],
    ['États-Unis', 'US'],
    ['Estados Unidos', 'US'],
    ['U. K.', 'GB'],
    ['P.R.', 'PR'],
  ])('reads %j as %s', (text, code) => {
    expect(isoCountry(text)).toBe(code);
  });

  it.each(['', '  ', 'ZZ', 'Atlantis', 'constructor', '__proto__', '123'])(
    'does not take %j for a country',
    (text) => {
      expect(isoCountry(text)).toBeUndefined();
    },
  );
});

describe('a territory of the United States', () => {
  it.each([
    ...['PR', ' pr ', 'PRI', 'P.R.', 'Puerto Rico', 'PUERTO RICO, USA', 'Porto Rico', 'PR, US'],
    ...['Commonwealth of Puerto Rico', 'Puerto Rico (US)', 'Puerto Rico, U.S.A.'],
    ...['Puerto Rico, United States', 'VI', 'VIR', 'USVI', 'U.S.V.I.', 'U.S. Virgin Islands'],
    ...['US Virgin Islands', 'Virgin Islands, U.S.', 'Virgin Islands (U.S.)', 'Virgin Islands'],
    ...['United States Virgin Islands', 'Virgin Islands of the United States', 'GU', 'GUM', 'Guam'],
    ...['AS', 'ASM', 'American Samoa', 'MP', 'MNP', 'Northern Mariana Islands', 'CNMI'],
    ...['Commonwealth of the Northern Mariana Islands', 'US', 'United States'],
  ])('written as %j is the US', (text) => {
    expect(countryOf(text)).toBe('US');
  });

  it.each([
    ['VG', 'VG'],
    ['British Virgin Islands', 'VG'],
    ['Virgin Islands, British', 'VG'],
    ['Samoa', 'WS'],
    ['CA', 'CA'],
    ['Nowhere', undefined],
    ['', undefined],
  ])('is not %j, which is %s', (text, code) => {
    expect(countryOf(text)).toBe(code);
  });

  it.each([
    ['US', 'Puerto Rico', 'PR'],
    ['US', 'P.R.', 'PR'],
    ['PR', '', 'PR'],
    ['Puerto Rico', 'San Juan', 'PR'],
    ['USVI', 'St. Thomas', 'VI'],
    ['CA', 'Québec', 'QC'],
    ['Nowhere', 'IL', undefined],
  ])('is a state of it: %j, %j is %s', (country, state, code) => {
    expect(regionOf(country, state)).toBe(code);
  });
});
