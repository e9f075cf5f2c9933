import type { Random } from '../../local/demo/random.js';
import type { Draft } from '../population/draft.js';
import { createWorld, type World } from '../population/world.js';
import { type Line, poolLine } from './networks.js';

/** What customers and thieves of one population share. */
export interface Market {
  /** Card numbers, order numbers, account numbers and mailboxes, each given once. */
  readonly numbers: World;
  /** Mobile carriers, which put many phones behind one address. */
  readonly carriers: readonly Line[];
  /** Exits of commercial VPNs, for private people and for thieves. */
  readonly vpns: readonly Line[];
  readonly campuses: readonly Line[];
  readonly hotels: Line;
  readonly callCentre: Line;
}

const lines = (random: Random, count: number, size: number): Line[] =>
  Array.from({ length: count }, () => poolLine(random, size));

/** `size` is the number of measured orders: shared networks grow with their users. */
export const createMarket = (random: Random, size: number): Market => ({
  numbers: createWorld(random, size),
  carriers: lines(random, 5, Math.max(12, Math.round(size / 60))),
  vpns: lines(random, 3, Math.max(4, Math.round(size / 500))),
  campuses: lines(random, Math.max(2, Math.round(size / 1200)), 3),
  hotels: poolLine(random, Math.max(6, Math.round(size / 150))),
  callCentre: poolLine(random, 4),
});

/** One customer's or campaign's orders over the whole period, in any order. */
export type Story = (market: Market, random: Random) => readonly Draft[];
