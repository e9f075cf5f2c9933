import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../contracts/hbc/credit-card.js';
import { houseKeyOf } from '../../domain/address/house-key.js';
import { addressKeyOf, entryKeyOf, listKeysOf } from '../../domain/address/place-key.js';
import { restoreZeros, zipKeyOf } from '../../domain/address/zip.js';

const home: Address = {
  name: 'Dana Whitfield',
  streetLineOne: '410 Maple Ave',
  streetLineTwo: '',
  city: 'Evanston',
  state: 'IL',
  zip: '60202',
  country: 'US',
};
const keyOf = (change: Partial<Address>) => addressKeyOf({ ...home, ...change });
const street = (streetLineOne: string, streetLineTwo = '') =>
  keyOf({ streetLineOne, streetLineTwo });

describe('two spellings of one street are one', () => {
  it.each([
    ['12 Oak Circle', '12 Oak Cir.'],
    ['12 Oak Crescent', '12 Oak Cres'],
    ['12 Oak Center', '12 Oak Ctr'],
    ['12 Oak Trail', '12 OAK TRL'],
    ['12 Oak Turnpike', '12 Oak Tpke'],
    ['12 Oak Expressway', '12 Oak Expy'],
    ['12 Oak Heights', '12 Oak Hts'],
    ['12 Oak Junction', '12 Oak Jct'],
    ['12 Oak Crossing', '12 Oak Xing'],
    ['12 Oak Causeway', '12 Oak Cswy'],
    ['12 Oak Alley', '12 Oak Aly'],
    ['12 Oak Plaza', '12 Oak Plz'],
    ['12 Oak Av', '12 Oak Avenue'],
    ['12 Saint James St', '12 St. James Street'],
    ['12 Ste. Anne St', '12 Sainte-Anne Street'],
    ['12 Mount Vernon Rd', '12 Mt Vernon Road'],
    ['12 First Ave', '12 1st Avenue'],
    ['12 Twenty-Third St', '12 23rd Street'],
    ['12 Eleventh St', '12 11th St'],
    ['12 Fortieth St', '12 40th St'],
    ['12 North Main St', '12 N. Main St'],
    ['12 Main St Northeast', '12 Main Street N.E.'],
    ['12 South West 4th St', '12 SW Fourth St'],
    ['One Liberty Plaza', '1 Liberty Plz'],
    ['PO Box 12', 'P.O. Box 12'],
    ['POB 12', 'P O Box #12'],
    ['Post Office Box 12', 'p.o.b. 12'],
    ['12 Goethestraße', '12 Goethestrasse'],
    ['12 Oak St 3rd Floor', '12 Oak Street, 3rd Fl'],
  ])('%s, %s', (one, other) => {
    expect(street(one)).toBe(street(other));
  });

  it.each<[[string, string?], [string, string?]]>([
    [['12 Oak St Apt 3B'], ['12 Oak St', 'Unit 3B']],
    [['12 Oak St #3B'], ['12 Oak St', '3b']],
    [['12 Oak St', 'Suite 9'], ['12 Oak St Ste. 9']],
    [
      ['Apt 3B', '12 Oak St'],
      ['12 Oak St', 'Apt 3B'],
    ],
    [['Apt 3B 12 Oak St'], ['12 Oak St Apt 3B']],
  ])('%j, %j', (one, other) => {
    expect(street(...one)).toBe(street(...other));
  });

  it.each([
    ['1200 boul. René-Lévesque O', '1200 boulevard Rene Levesque Ouest'],
    ['1200 av. du Parc', '1200 avenue du Parc'],
    ['12 ch. Sainte-Foy', '12 chemin Ste-Foy'],
    ['12 rue Saint-Denis Nord', '12 rue St-Denis N'],
    ['12 rue Sherbrooke Ouest', '12 Sherbrooke St W'],
    ['12 rue Principale app. 4', '12 Principale St Apt 4'],
    ['12 1re Avenue', '12 1st Ave'],
    ['12 2e Rue', '12 Second Rue'],
    ['4-12 rue Principale', '12 rue Principale, unité 4'],
    ['C.P. 120', 'PO Box 120'],
    ['Case postale 120', 'Casier postal 120'],
  ])('in Canada %s, %s', (one, other) => {
    const at = { zip: 'H2X 1Y4', city: 'Montréal', state: 'QC', country: 'CA' };
    expect(keyOf({ ...at, streetLineOne: one })).toBe(keyOf({ ...at, streetLineOne: other }));
  });

  it.each([
    ['12 Oak Circle', '12 Oak Court'],
    ['12 N Main St', '12 S Main St'],
    ['12 First Ave', '12 Fifth Ave'],
    ['PO Box 12', 'PO Box 13'],
    ['12 Oak St Apt 3', '12 Oak St Apt 4'],
    ['12 3rd St', '1 23rd St'],
    ['41-12 Main St', '12 Main St Apt 41'],
    ['12 Park Ave', '12 Parks Ave'],
    ['12 Rue Royale', '12 Royale St'],
  ])('but %s and %s are two', (one, other) => {
    expect(street(one)).not.toBe(street(other));
  });
});

describe('a postal code', () => {
  it.each([
    ['02139', 'US', '02139'],
    ['2139', 'US', '02139'],
    ['501', 'usa', '00501'],
    [' 2139 ', 'US', '02139'],
    ['2139.0', 'US', '02139'],
    ['02139-4301', 'US', '02139'],
    ['2139-4301', 'US', '02139'],
    ['021394301', 'US', '02139'],
    ['21394301', 'US', '02139'],
    ['5011234', 'US', '00501'],
    ['MA 02139', 'US', '02139'],
    ['２１３９', 'US', '02139'],
    ['901', 'PR', '00901'],
    ['00901', 'Puerto Rico', '00901'],
    ['802', 'USVI', '00802'],
    ['2139', 'AU', '2139'],
    ['1067', 'DE', '1067'],
    ['2139', '', '2139'],
    ['12', 'US', '12'],
    ['213', 'CA', '213'],
    ['m5v 3l9', 'CA', 'm5v3l9'],
    ['M5V-3L9', 'CA', 'm5v3l9'],
    ['', 'US', ''],
  ])('%j in %j is %j', (zip, country, key) => {
    expect(zipKeyOf({ zip, country })).toBe(key);
  });

  it.each([
    ['2139', 'US', '02139'],
    ['21394301', 'US', '02139-4301'],
    ['501', 'US', '00501'],
    ['60202-1234', 'US', '60202-1234'],
    ['2139', 'AU', '2139'],
    ['M5V 3L9', 'CA', 'M5V 3L9'],
    ['', 'US', ''],
  ])('%j in %j is sent as %j', (zip, country, sent) => {
    expect(restoreZeros({ zip, country })).toBe(sent);
  });
});

describe('an address in a territory of the United States is one place', () => {
  it.each([
    { state: 'PR', country: 'US' },
    { state: 'Puerto Rico', country: 'USA' },
    { state: '', country: 'PR' },
    { state: 'PR', country: 'Puerto Rico' },
    { state: 'San Juan', country: 'PRI' },
  ])('as %j, with and without a postal code', (spelt) => {
    const at = { city: 'San Juan', streetLineOne: '12 Calle Luna' };
    const other = { state: 'PR', country: 'US' };
    expect(keyOf({ ...at, zip: '901', ...spelt })).toBe(keyOf({ ...at, zip: '00901', ...other }));
    expect(keyOf({ ...at, zip: '', ...spelt })).toBe(keyOf({ ...at, zip: '', ...other }));
  });
});

describe('a list entry matches what it gives', () => {
  const given = (entry: Partial<Address>): string | undefined =>
    entryKeyOf({
      ...{ name: '', streetLineOne: '', streetLineTwo: '', city: '', state: '', zip: '' },
      ...{ country: 'US', ...entry },
    })?.key;
  const hits = (entry: Partial<Address>, order: Partial<Address>) =>
    listKeysOf({ ...home, ...order }).includes(given(entry) ?? 'none');
  const maple = { streetLineOne: '410 Maple Avenue' };

  it.each<[Partial<Address>, Partial<Address>]>([
    [{ ...maple, city: 'evanston' }, {}],
    [{ ...maple, city: 'Evanston' }, { zip: '' }],
    [
      { ...maple, city: 'Evanston' },
      { zip: '', state: '' },
    ],
    [{ ...maple, city: 'Evanston', state: 'Illinois' }, {}],
    [{ ...maple, city: 'Evanston', state: 'IL' }, { streetLineTwo: 'Apt 3B' }],
    [{ ...maple, zip: '60202' }, { streetLineTwo: 'Apt 3B' }],
    [{ ...maple, zip: '60202' }, { streetLineOne: '410 Maple Ave Unit 3B' }],
    [{ ...maple, zip: '60202' }, { streetLineOne: '410 Maple Ave 3B' }],
    [{ ...maple, zip: '60202' }, { streetLineOne: '410 Maple Ave #3B' }],
    [{ ...maple, zip: '60202' }, { streetLineTwo: 'c/o Acme Ltd' }],
    [
      { ...maple, zip: '60202' },
      { streetLineOne: 'Apt 3B', streetLineTwo: '410 Maple Ave' },
    ],
    [
      { ...maple, zip: '60202' },
      { city: '', state: '' },
    ],
    [{ ...maple, streetLineTwo: 'Unit 3B', zip: '60202' }, { streetLineTwo: '#3b' }],
    [{ ...maple, zip: '60202-1234', city: 'Wilmette' }, {}],
    [
      { ...maple, city: 'Saint Louis', state: 'MO' },
      { city: 'St. Louis', state: 'Missouri' },
    ],
    [
      { ...maple, city: 'San Juan', country: 'PR' },
      { city: 'San Juan', state: 'PR' },
    ],
    [{ streetLineOne: '12 Highway 5', zip: '60202' }, { streetLineOne: '12 Hwy 5' }],
  ])('%j hits %j', (entry, order) => {
    expect(hits(entry, order)).toBe(true);
  });

  it.each<[Partial<Address>, Partial<Address>]>([
    [{ ...maple, streetLineTwo: 'Apt 3B', zip: '60202' }, {}],
    [{ ...maple, streetLineTwo: 'Apt 3B', zip: '60202' }, { streetLineTwo: 'Apt 4B' }],
    [{ ...maple, zip: '60203' }, {}],
    [{ ...maple, city: 'Wilmette' }, {}],
    [{ ...maple, city: 'Evanston', state: 'WY' }, {}],
    [{ ...maple, city: 'Evanston', country: 'CA' }, {}],
    [{ streetLineOne: '12 Highway', zip: '60202' }, { streetLineOne: '12 Hwy 5' }],
  ])('%j does not hit %j', (entry, order) => {
    expect(hits(entry, order)).toBe(false);
  });

  it('whatever the address, an entry with all of it matches', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const words = fc.array(fc.constantFrom('12', '3rd', 'St', 'Ste', 'Apt', 'B', 'PO', 'Box', 'o'));
    const line = fc.oneof(
      text,
      words.map((some) => some.join(' ')),
    );
    const country = fc.constantFrom('US', 'CA', 'PR', 'DE');
    const address = fc.record({
      ...{ name: text, streetLineOne: line, streetLineTwo: line, city: text, state: text },
      ...{ zip: text, country },
    });
    fc.assert(
      fc.property(address, (one) => {
        const key = entryKeyOf(one)?.key;
        expect(key === undefined || listKeysOf(one).includes(key)).toBe(true);
      }),
    );
  });
});

describe('the key of a house', () => {
  const houseOf = (change: Partial<Address>) => houseKeyOf({ ...home, ...change });

  it.each<Partial<Address>>([
    { streetLineTwo: 'Apt 7' },
    { streetLineTwo: '3rd floor, door 2' },
    { streetLineOne: '410 Maple Ave Unit C' },
    { streetLineOne: '410 Mapel Avenue' },
    { streetLineOne: '410 N Maple' },
    { streetLineOne: 'Apt 4, 410 Maple Ave' },
    { zip: '60202-1234' },
    { name: 'Kim Lee', city: 'Chicago' },
  ])('is the same however flat and street are typed: %j', (change) => {
    expect(houseOf(change)).toBe(houseOf({}));
  });

  it.each<Partial<Address>>([
    { streetLineOne: '412 Maple Ave' },
    { streetLineOne: '410 Oak Ave' },
    { zip: '60201' },
    { country: 'CA' },
    { streetLineOne: 'PO Box 410' },
  ])('is another for another house: %j', (change) => {
    expect(houseOf(change)).not.toBe(houseOf({}));
  });

  it('is none without a number or a postal code', () => {
    expect(houseOf({ streetLineOne: 'Maple Ave' })).toBeUndefined();
    expect(houseOf({ zip: '' })).toBeUndefined();
  });
});

describe('an address of any text', () => {
  it.each(['1 ', '1-', '#', 'ste ', 'twenty first ', 'po box ', 'p o b ', 'ß', 'x', ' ', '\u0301'])(
    'is read in a time that grows with it: 64 kB of %j',
    (unit) => {
      const text = unit.repeat(65_536 / unit.length);
      const timeOf = (country: string): number => {
        const long = { ...home, streetLineOne: text, country };
        const startMs = performance.now();
        listKeysOf(long);
        addressKeyOf(long);
        houseKeyOf(long);
        return performance.now() - startMs;
      };
      // The first run compiles; the quickest of three shows the cost of the work.
      const ms = ['CA', 'US', 'US', 'CA', 'CA'].map(timeOf);
      // A quadratic reading takes seconds; the bound leaves room for a busy machine.
      expect(Math.min(...ms.slice(2))).toBeLessThan(250);
    },
  );
});
