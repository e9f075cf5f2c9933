import type { Random } from '../../local/demo/random.js';
import { pickWeighted, type Weighted } from '../population/chance.js';

/** How a typed address compares with the issuer's: whole, in part, not at all, or unknown. */
export type Match =
  | 'full'
  | 'zip'
  | 'street'
  | 'neither'
  | 'unverified'
  | 'unsupported'
  | 'abroad'
  | 'system';

/** Orbital's codes for each, as most issuers use them. */
const codes: Readonly<Record<Match, Weighted<string>>> = {
  full: [
    ['H', 55],
    ['B', 22],
    ['9', 18],
    ['X', 5],
  ],
  zip: [
    ['Z', 70],
    ['A', 20],
    ['C', 10],
  ],
  street: [
    ['D', 60],
    ['F', 40],
  ],
  neither: [
    ['G', 85],
    ['E', 15],
  ],
  unverified: [
    ['3', 50],
    ['8', 25],
    ['UK', 25],
  ],
  unsupported: [
    ['4', 50],
    ['R', 50],
  ],
  abroad: [
    ['JB', 15],
    ['JC', 30],
    ['JD', 10],
    ['JA', 15],
    ['R', 20],
    ['4', 10],
  ],
  system: [
    ['7', 40],
    ['1', 20],
    ['5', 40],
  ],
};

/** American Express also compares the name. */
const amexCodes: Partial<Readonly<Record<Match, Weighted<string>>>> = {
  full: [
    ['M2', 75],
    ['M5', 10],
    ['H', 15],
  ],
  unverified: [
    ['M1', 40],
    ['M4', 30],
    ['M3', 30],
  ],
  neither: [
    ['M8', 60],
    ['G', 40],
  ],
};

/** The reply on the address. One reply in 150 is a fault of the issuer's system. */
export const avsReply = (random: Random, cardType: string, match: Match): string => {
  const given = random.chance(1 / 150) ? 'system' : match;
  const own = cardType === 'amex' ? amexCodes[given] : undefined;
  return pickWeighted(random, own ?? codes[given]);
};

/** What most customers at home get: old addresses, typing errors and work addresses remain. */
export const customersMatch: Weighted<Match> = [
  ['full', 85],
  ['zip', 5],
  ['street', 2],
  ['neither', 1.5],
  ['unverified', 4],
  ['unsupported', 2.5],
];

/** A thief with the whole record of a cardholder. Some records are old. */
export const wholeRecordMatch: Weighted<Match> = [
  ['full', 78],
  ['zip', 7],
  ['street', 3],
  ['neither', 5],
  ['unverified', 4],
  ['unsupported', 3],
];

/** A thief who knows a number and perhaps the postal code. */
export const numberOnlyMatch: Weighted<Match> = [
  ['full', 6],
  ['zip', 30],
  ['neither', 42],
  ['unverified', 12],
  ['unsupported', 10],
];

/** Orbital's reply on the CVV to a person with the card in hand. */
export const cardInHand: Weighted<string> = [
  ['M', 96],
  ['P', 2],
  ['U', 1.3],
  ['N', 0.7],
];

/** The reply to somebody who guesses the CVV, for authorisations that the issuer still approves. */
export const guessedCvv: Weighted<string> = [
  ['N', 45],
  ['P', 25],
  ['U', 12],
  ['M', 18],
];
