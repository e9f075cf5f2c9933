import type { Weighted } from '../../population/chance.js';
import type { Pattern } from '../../population/draft.js';
import type { Story } from '../market.js';
import * as takeover from './account-takeover.js';
import * as bin from './bin-attack.js';
import * as testing from './card-testing.js';
import * as friendly from './friendly.js';
import * as promo from './promo-abuse.js';
import * as reshipping from './reshipping.js';

/** A pattern of fraud, with its share of all measured orders in percent and its campaigns. */
export interface FraudKind {
  readonly pattern: Pattern;
  readonly share: number;
  readonly campaigns: Weighted<Story>;
}

/** Fraud by third parties and abusers is one order in a hundred. Friendly fraud is apart. */
export const fraudKinds: readonly FraudKind[] = [
  {
    ...{ pattern: 'card_testing', share: 0.22 },
    campaigns: [
      [testing.byProgramme, 25],
      [testing.byHand, 30],
      [testing.thenBuys, 30],
      [testing.inOldAccount, 15],
    ],
  },
  {
    ...{ pattern: 'account_takeover', share: 0.28 },
    campaigns: [
      [takeover.smashAndGrab, 22],
      [takeover.fromOwnCity, 22],
      [takeover.clonedDevice, 18],
      [takeover.oneThingAtATime, 14],
      [takeover.slowly, 12],
      [takeover.asACover, 12],
    ],
  },
  {
    ...{ pattern: 'reshipper', share: 0.24 },
    campaigns: [
      [reshipping.hiredHome, 25],
      [reshipping.byForwarder, 20],
      [reshipping.triangle, 18],
      [reshipping.rerouted, 22],
      [reshipping.runners, 15],
    ],
  },
  {
    ...{ pattern: 'promo_abuse', share: 0.14 },
    campaigns: [
      [promo.manySelves, 40],
      [promo.carefulSelves, 30],
      [promo.accountFarm, 30],
    ],
  },
  {
    ...{ pattern: 'bin_burst', share: 0.12 },
    campaigns: [
      [bin.fast, 30],
      [bin.hourly, 35],
      [bin.slow, 35],
    ],
  },
  {
    ...{ pattern: 'friendly_fraud', share: 0.4 },
    campaigns: [
      [friendly.denier, 50],
      [friendly.missingParcel, 35],
      [friendly.child, 15],
    ],
  },
];
