/** Word lists for made-up people and places. */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const firstNames = words(`
  Dana Marcus Priya Elena Tom Yuki Fatima Luca Chloé Andre Hannah Wei Noah Sofia Omar Grace Émile
  Nadia Peter Aisha Julian Mei Oscar Ruth Walter Ingrid Camila Jamal Renata Victor Olivia Ethan
  Sanjay Leila Bridget Hugo Naomi Patrick Adele Ramon Keiko Tobias Miriam Desmond Paula Gavin
  Estelle Ravi Monica Felix Harriet Dmitri Celeste Warren Anita Bruno Lydia Malik Judith Simon`);

export const lastNames = words(`
  Whitfield Okafor Raman Petrov Bergeron Tanaka Haddad Moretti Lindqvist Santos Novak Chen Abrams
  Delgado Farouk Tremblay Kowalski Ibrahim Larsen Nguyen Brooks Fitzgerald Osei Singh Hargrove
  Castillo Beaumont Yamada Schultz Oyelaran Marchetti Dupont Eriksen Rosenthal Vargas Pemberton
  Gill Fontaine Matsuda Kessler Romero Ashworth Banerjee Calloway Drummond Esposito Fairbanks
  Gallagher Hollis Iverson Jankowski Kimura Lockwood Mbeki Norwood Ortega Prescott Quintero Rask
  Stavros Underhill Valentin Winslow Xiong Yates Zielinski`);

export const streets: readonly string[] = [
  'Maple Avenue',
  'Oak Street',
  'Lakeview Drive',
  'Church Street',
  'Highland Road',
  'Elm Court',
  'Cedar Lane',
  'Park Place',
  'Chestnut Street',
  'Hillcrest Avenue',
  'Willow Road',
  'Prospect Street',
  'Washington Boulevard',
  'Spring Street',
  'Franklin Avenue',
  'Mill Lane',
  'River Road',
  'Sunset Drive',
  'Lincoln Avenue',
  'Second Street',
  'Birch Terrace',
  'Orchard Street',
  'Union Square',
  'North Main Street',
];

/** Foreign places of orders, as city, state, postal code, country. */
export const abroad: readonly (readonly [string, string, string, string])[] = [
  ['London', '', 'SW3 4RY', 'GB'],
  ['Manchester', '', 'M4 1HQ', 'GB'],
  ['Paris', '', '75011', 'FR'],
  ['Berlin', '', '10115', 'DE'],
  ['Monterrey', 'NL', '64000', 'MX'],
  ['São Paulo', 'SP', '01310-100', 'BR'],
  ['Tokyo', '', '150-0001', 'JP'],
  ['Milano', 'MI', '20121', 'IT'],
  ['Sydney', 'NSW', '2010', 'AU'],
];
