import { describe, expect, it } from 'vitest';
import { regionCode } from '../../domain/region.js';

describe('regionCode', () => {
  it.each([
    ['US', 'IL', 'IL'],
    ['US', ' ny ', 'NY'],
    ['US', 'New York', 'NY'],
    ['US', 'NORTH  CAROLINA', 'NC'],
    ['US', 'D.C.', 'DC'],
    ['US', 'District of Columbia', 'DC'],
    ['US', 'Puerto Rico', 'PR'],
    ['US', 'AE', 'AE'],
    ['US', 'Washington', 'WA'],
    ['US', 'West Virginia', 'WV'],
    ['CA', 'on', 'ON'],
    ['CA', 'Québec', 'QC'],
    ['CA', 'PQ', 'QC'],
    ['CA', 'Colombie-Britannique', 'BC'],
    ['CA', 'Île-du-Prince-Édouard', 'PE'],
    ['CA', 'Newfoundland', 'NL'],
    ['CA', 'Northwest Territories', 'NT'],
    ['DE', 'be', 'BE'],
  ])('writes %s %j as %s', (country, text, code) => {
    expect(regionCode(country, text)).toBe(code);
  });

  it.each([
    ['US', 'ON'],
    ['US', 'ZZ'],
    ['US', ''],
    ['CA', 'NY'],
    ['CA', 'constructor'],
    ['GB', 'Greater London'],
    ['GB', ''],
    ['FR', '75'],
    ['JP', '東京'],
  ])('has no code for %s %j', (country, text) => {
    expect(regionCode(country, text)).toBeUndefined();
  });

  it('knows 59 codes of the US, military ones included, and 13 of Canada', () => {
    const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    const codes = letters.flatMap((first) => letters.map((second) => first + second));
    const states = codes.filter((code) => regionCode('US', code) === code);
    const provinces = codes.filter((code) => regionCode('CA', code) === code);
    expect([states.length, provinces.length]).toEqual([59, 13]);
  });
});
