import { normaliseWords } from './text.js';

const unitedStates: Readonly<Record<string, string>> = {
  AL: 'Alabama',
  AK: 'Alaska',
  AZ: 'Arizona',
  AR: 'Arkansas',
  CA: 'California',
  CO: 'Colorado',
  CT: 'Connecticut',
  DE: 'Delaware',
  DC: 'District of Columbia|Washington DC',
  FL: 'Florida',
  GA: 'Georgia',
  HI: 'Hawaii',
  ID: 'Idaho',
  IL: 'Illinois',
  IN: 'Indiana',
  IA: 'Iowa',
  KS: 'Kansas',
  KY: 'Kentucky',
  LA: 'Louisiana',
  ME: 'Maine',
  MD: 'Maryland',
  MA: 'Massachusetts',
  MI: 'Michigan',
  MN: 'Minnesota',
  MS: 'Mississippi',
  MO: 'Missouri',
  MT: 'Montana',
  NE: 'Nebraska',
  NV: 'Nevada',
  NH: 'New Hampshire',
  NJ: 'New Jersey',
  NM: 'New Mexico',
  NY: 'New York',
  NC: 'North Carolina',
  ND: 'North Dakota',
  OH: 'Ohio',
  OK: 'Oklahoma',
  OR: 'Oregon',
  PA: 'Pennsylvania',
  RI: 'Rhode Island',
  SC: 'South Carolina',
  SD: 'South Dakota',
  TN: 'Tennessee',
  TX: 'Texas',
  UT: 'Utah',
  VT: 'Vermont',
  VA: 'Virginia',
  WA: 'Washington|Washington State',
  WV: 'West Virginia',
  WI: 'Wisconsin',
  WY: 'Wyoming',
  AS: 'American Samoa',
  GU: 'Guam',
  MP: 'Northern Mariana Islands|Northern Marianas|CNMI|Saipan',
  PR: 'Puerto Rico|Porto Rico',
  VI: 'Virgin Islands|US Virgin Islands|United States Virgin Islands|USVI',
  AA: 'Armed Forces Americas',
  AE: 'Armed Forces Europe',
  AP: 'Armed Forces Pacific',
};

const canada: Readonly<Record<string, string>> = {
  AB: 'Alberta',
  BC: 'British Columbia|Colombie-Britannique',
  MB: 'Manitoba',
  NB: 'New Brunswick|Nouveau-Brunswick',
  NL: 'Newfoundland and Labrador|Newfoundland|Terre-Neuve-et-Labrador|NF',
  NS: 'Nova Scotia|Nouvelle-Écosse',
  NT: 'Northwest Territories|Territoires du Nord-Ouest',
  NU: 'Nunavut',
  ON: 'Ontario',
  PE: 'Prince Edward Island|Île-du-Prince-Édouard|PEI',
  QC: 'Quebec|PQ',
  SK: 'Saskatchewan',
  YT: 'Yukon|Yukon Territory|YK',
};

/** Lookup key: "N.Y.", "new-york" and "Québec" become "ny", "newyork" and "quebec". */
const keyOf = (text: string): string => normaliseWords(text).replaceAll(' ', '');

const index = (names: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(names).flatMap(([code, spellings]) =>
      [code, ...spellings.split('|')].map((spelling) => [keyOf(spelling), code] as const),
    ),
  );

const regions: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['US', index(unitedStates)],
  ['CA', index(canada)],
]);

/**
 * The two-letter code of a state or province by code or name (US; CA in English and French). Other
 * countries accept only a two-letter code; undefined without a code.
 */
export const regionCode = (isoCountry: string, text: string): string | undefined => {
  const known = regions.get(isoCountry);
  if (known !== undefined) return known.get(keyOf(text));
  const code = text.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(code) ? code : undefined;
};
