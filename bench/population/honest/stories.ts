import type { Weighted } from '../chance.js';
import type { Story } from '../story.js';
import { caller, employee, storeCustomer } from './channels.js';
import { guestShopper, household, occasional, regular, severalCards } from './everyday.js';
import { bigSpender, customerAbroad, firm, giftSender, traveller } from './unusual.js';

/** Kinds of honest customers, weighted per thousand customers. */
export const honestStories: Weighted<Story> = [
  [regular, 270],
  [occasional, 240],
  [guestShopper, 270],
  [giftSender, 40],
  [household, 24],
  [caller, 45],
  [storeCustomer, 60],
  [employee, 12],
  [traveller, 18],
  [customerAbroad, 6],
  [bigSpender, 12],
  [severalCards, 8],
  [firm, 4],
];
