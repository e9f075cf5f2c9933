import type { Campaign, Mix } from '../generate.js';
import { generateMix } from '../generate.js';
import { honestStories } from '../honest/stories.js';
import { crowd } from './crowd.js';
import { sleeper, variedDrop } from './drops.js';
import { pickUpPlace, tower } from './honest.js';
import { manyNames } from './promotions.js';
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
];

const careful: Mix = {
  campaigns,
  honest: [...honestStories, [tower, 1], [pickUpPlace, 1], [crowd, 1]],
};

/**
 * The first population's honest customers, towers, pick-up places and crowds, and thieves who are
 * careful, slow, or work by hand. The rules were tuned by it.
 */
export const generateCareful = (seed: number, size: number) => generateMix(careful, seed, size);
