import type { Weighted } from '../chance.js';
import type { Campaign, Mix } from '../generate.js';
import { generateMix } from '../generate.js';
import { honestStories } from '../honest/stories.js';
import type { Story } from '../story.js';
import { mover, otherPayer, secondPlace } from './changes.js';
import { crowd } from './crowd.js';
import { sleeper, variedDrop } from './drops.js';
import { pickUpPlace, tower } from './honest.js';
import { wedding } from './presents.js';
import { manyNames } from './promotions.js';
import { openingDay, pickUpCrew, saleDay } from './stores.js';
import { dormantTakeover, nearTakeover, slowTakeover } from './takeover.js';
import { hourlyTester, slowBurst } from './testing.js';

const campaigns: readonly Campaign[] = [
  ['card_testing', hourlyTester, 20],
  ['account_takeover', slowTakeover, 12],
  ['account_takeover', nearTakeover, 6],
  ['account_takeover', dormantTakeover, 6],
  ['reshipper', variedDrop, 16],
  ['reshipper', sleeper, 6],
  ['promo_abuse', manyNames, 18],
  ['bin_burst', slowBurst, 16],
  ['reshipper', pickUpCrew, 8],
];

/** Strangers who share a house, an article or a door. */
const crowds: Weighted<Story> = [
  [tower, 1],
  [pickUpPlace, 1],
  [crowd, 1],
  [wedding, 1],
  [saleDay, 1],
  [openingDay, 1],
];
/** Customers of whom one thing changes. */
const changed: Weighted<Story> = [
  [mover, 5],
  [otherPayer, 4],
  [secondPlace, 10],
];

const careful: Mix = {
  campaigns,
  honest: [...honestStories, ...crowds, ...changed],
};

/**
 * The first population's honest customers, others who look odd, and thieves who are careful, slow,
 * or work by hand. The rules were tuned by it.
 */
export const generateCareful = (seed: number, size: number) => generateMix(careful, seed, size);
