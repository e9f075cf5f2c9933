import type { Address } from '../../contracts/hbc/credit-card.js';
import type { Random } from '../../local/demo/random.js';
import { streets } from '../population/words.js';

/** A town of a metropolitan area. */
export interface Town {
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly country: string;
}

/** Towns within an hour's drive. */
export interface Metro {
  /** Hours from UTC in summer. */
  readonly zone: number;
  readonly towns: readonly Town[];
}

/** One metropolitan area a line: hours from UTC, then its towns. */
const metrosOf = (country: string, text: string): readonly Metro[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [zone = '', towns = ''] = line.trim().split(': ');
      return {
        zone: Number(zone),
        towns: towns.split('; ').map((town) => {
          const [city = '', state = '', zip = ''] = town.split(', ');
          return { city, state, zip, country };
        }),
      };
    });

const american = metrosOf(
  'US',
  `-4: New York, NY, 10025; Hoboken, NJ, 07030; Yonkers, NY, 10701; Stamford, CT, 06902
  -4: Queens, NY, 11375; Garden City, NY, 11530; Great Neck, NY, 11021
  -4: Boston, MA, 02116; Newton, MA, 02459; Quincy, MA, 02169
  -4: Philadelphia, PA, 19103; Cherry Hill, NJ, 08002; Wayne, PA, 19087
  -4: Washington, DC, 20009; Rockville, MD, 20850; Fairfax, VA, 22030
  -4: Raleigh, NC, 27609; Durham, NC, 27707; Cary, NC, 27513
  -4: Atlanta, GA, 30324; Marietta, GA, 30060; Decatur, GA, 30030
  -4: Miami, FL, 33131; Hialeah, FL, 33012; Boca Raton, FL, 33432
  -4: Tampa, FL, 33606; Clearwater, FL, 33755; Sarasota, FL, 34236
  -4: Cleveland, OH, 44113; Lakewood, OH, 44107; Akron, OH, 44303
  -4: Detroit, MI, 48226; Ann Arbor, MI, 48104; Troy, MI, 48084
  -4: Pittsburgh, PA, 15217; Sewickley, PA, 15143; Erie, PA, 16501
  -5: Chicago, IL, 60614; Oak Park, IL, 60302; Naperville, IL, 60540
  -5: Dallas, TX, 75205; Plano, TX, 75024; Fort Worth, TX, 76107
  -5: Houston, TX, 77005; Sugar Land, TX, 77479; Katy, TX, 77494
  -5: St. Louis, MO, 63105; Belleville, IL, 62220; Ladue, MO, 63124
  -5: Nashville, TN, 37215; Franklin, TN, 37064; Murfreesboro, TN, 37130
  -5: New Orleans, LA, 70118; Metairie, LA, 70005; Slidell, LA, 70458
  -5: Omaha, NE, 68132; Lincoln, NE, 68502; Sioux City, IA, 51104
  -6: Denver, CO, 80218; Boulder, CO, 80302; Aurora, CO, 80012
  -6: Salt Lake City, UT, 84103; Provo, UT, 84604; Ogden, UT, 84401
  -7: Phoenix, AZ, 85016; Tempe, AZ, 85281; Mesa, AZ, 85201
  -7: Los Angeles, CA, 90036; Glendale, CA, 91205; Long Beach, CA, 90803; Irvine, CA, 92612
  -7: San Diego, CA, 92103; La Jolla, CA, 92037; Chula Vista, CA, 91910
  -7: Oakland, CA, 94611; San Jose, CA, 95126; Palo Alto, CA, 94301
  -7: Las Vegas, NV, 89117; Henderson, NV, 89052; Reno, NV, 89509
  -7: Bellevue, WA, 98004; Tacoma, WA, 98403; Seattle, WA, 98112`,
);

const canadian = metrosOf(
  'CA',
  `-4: Toronto, ON, M4W 1A8; Mississauga, ON, L5B 3C1; Markham, ON, L3R 9W3
  -4: Montréal, QC, H3G 1M8; Laval, QC, H7T 1C8; Longueuil, QC, J4K 5G4
  -4: Ottawa, ON, K1P 5M7; Gatineau, QC, J8X 3X7; Kanata, ON, K2K 1X3
  -4: Québec, QC, G1R 4S9; Lévis, QC, G6V 6N4
  -5: Winnipeg, MB, R3C 0B9; Steinbach, MB, R5G 1Z7
  -6: Calgary, AB, T2P 1J9; Edmonton, AB, T5J 2R7; Red Deer, AB, T4N 5E5
  -7: Vancouver, BC, V6B 4Y8; Burnaby, BC, V5H 4M1; Richmond, BC, V6Y 2B6
  -3: Halifax, NS, B3J 1M3; Dartmouth, NS, B2Y 1G5`,
);

const elsewhere = metrosOf('GB', '1: London, , W11 2BQ; Leeds, , LS1 5PS')
  .concat(metrosOf('FR', '2: Lyon, , 69002; Paris, , 75006'))
  .concat(metrosOf('DE', '2: Hamburg, , 20354; München, , 80331'))
  .concat(metrosOf('MX', '-6: Ciudad de México, CDMX, 06600; Guadalajara, JAL, 44160'))
  .concat(metrosOf('BR', '-3: Rio de Janeiro, RJ, 22070-001'))
  .concat(metrosOf('KR', '9: Seoul, , 06236'))
  .concat(metrosOf('AE', '4: Dubai, DU, 00000'))
  .concat(metrosOf('AU', '10: Melbourne, VIC, 3000'));

const byCountry = { US: american, CA: canadian, abroad: elsewhere } as const;

export const pickMetro = (random: Random, where: keyof typeof byCountry): Metro =>
  random.pick(byCountry[where]);

/** Warehouse towns of freight forwarders, which need no sales tax or have a large port. */
const forwarders = metrosOf(
  'US',
  `-4: New Castle, DE, 19720; Wilmington, DE, 19801; Miami, FL, 33166; Doral, FL, 33172
  -7: Portland, OR, 97230; Carson, CA, 90745`,
);

/** A forwarder's building with a customer's own suite number. */
export const forwarderSuite = (random: Random, name: string): Address => ({
  name,
  streetLineOne: `${random.pick([80, 120, 8400])} Commerce Drive`,
  streetLineTwo: `Suite ${random.whole(10_000, 99_999)}`,
  ...random.pick(random.pick(forwarders).towns),
});

/** Army and fleet post offices. */
const militaryTowns: readonly Town[] = [
  { city: 'APO', state: 'AE', zip: '09096', country: 'US' },
  { city: 'APO', state: 'AP', zip: '96319', country: 'US' },
  { city: 'FPO', state: 'AP', zip: '96349', country: 'US' },
];

export const militaryAddress = (random: Random, name: string): Address => ({
  name,
  streetLineOne: `PSC ${random.whole(100, 999)} Box ${random.whole(100, 9999)}`,
  ...random.pick(militaryTowns),
});

export const poBox = (random: Random, name: string, town: Town): Address => ({
  name,
  streetLineOne: `P.O. Box ${random.whole(100, 9999)}`,
  ...town,
});

/** A house or flat in a town of the area, or in the given town. */
export const houseIn = (random: Random, metro: Metro, name: string, town?: Town): Address => ({
  name,
  streetLineOne: `${random.whole(1, 9800)} ${random.pick(streets)}`,
  ...(random.chance(0.34) && {
    streetLineTwo: `${random.pick(['Apt', 'Unit', '#'])} ${random.whole(1, 38)}`,
  }),
  ...(town ?? random.pick(metro.towns)),
});

/** The same address as typed on another day. */
export const retyped = (random: Random, address: Address): Address => {
  const line = address.streetLineOne;
  const forms = [
    line.toUpperCase(),
    line.replace('Street', 'St').replace('Avenue', 'Ave'),
    line.replace('Road', 'Rd.').replace('Drive', 'Dr.').replace('Lane', 'Ln'),
    line.toLowerCase(),
  ];
  return { ...address, streetLineOne: random.pick(forms) };
};
