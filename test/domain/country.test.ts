import { describe, expect, it } from 'vitest';
import { isoCountry } from '../../domain/country.js';

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
