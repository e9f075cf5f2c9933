/** A city with the fixed parts of an address in it. */
export interface Place {
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly country: 'US' | 'CA';
}

const placesOf = (country: 'US' | 'CA', lines: string): readonly Place[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => {
      const [city = '', state = '', zip = ''] = line.trim().split(', ');
      return { city, state, zip, country };
    });

const unitedStates = placesOf(
  'US',
  `Evanston, IL, 60202
  Brooklyn, NY, 11215
  White Plains, NY, 10601
  Greenwich, CT, 06830
  Wellesley, MA, 02482
  Bethesda, MD, 20814
  Arlington, VA, 22201
  Charlotte, NC, 28203
  Atlanta, GA, 30309
  Coral Gables, FL, 33134
  Houston, TX, 77019
  Austin, TX, 78704
  Scottsdale, AZ, 85251
  Denver, CO, 80206
  Seattle, WA, 98103
  Portland, OR, 97209
  San Francisco, CA, 94118
  Pasadena, CA, 91101
  Minneapolis, MN, 55408
  Birmingham, MI, 48009`,
);

const canada = placesOf(
  'CA',
  `Toronto, ON, M4W 1A8
  Ottawa, ON, K1S 3W7
  Mississauga, ON, L5B 3C1
  Montréal, QC, H3G 1P7
  Québec, QC, G1R 4S9
  Halifax, NS, B3H 2Y9
  Winnipeg, MB, R3C 0V8
  Calgary, AB, T2P 2M5
  Edmonton, AB, T5J 3N6
  Vancouver, BC, V6E 1B2
  Victoria, BC, V8W 2C3`,
);

export const placesIn = { US: unitedStates, CA: canada } as const;

/** Warehouses that send parcels on: names from the shipped freight-forwarder list. */
export const forwarders: readonly (Place & { readonly street: string; readonly unit: string })[] = [
  {
    street: '4283 Express Lane',
    unit: 'MyUS Suite 381',
    ...{ city: 'Sarasota', state: 'FL', zip: '34249', country: 'US' },
  },
  {
    street: '1050 Industrial Drive',
    unit: 'Shipito Dept 22',
    ...{ city: 'Minden', state: 'NV', zip: '89423', country: 'US' },
  },
];

export const streets: readonly string[] = [
  'Maple Ave',
  'Oak Street',
  'Lakeview Drive',
  'Church Street',
  'Highland Road',
  'Elm Court',
  'Cedar Lane',
  'Park Place',
  'Chestnut Street',
  'Hillcrest Ave',
  'Willow Way',
  'Prospect Street',
];
