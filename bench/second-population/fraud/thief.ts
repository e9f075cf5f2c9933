import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Banner } from '../../../contracts/hbc/transaction.js';
import type { Random } from '../../../local/demo/random.js';
import { dayMs } from '../../population/calendar.js';
import type { PopulationCard } from '../../population/cards.js';
import { makeUuid } from '../../population/chance.js';
import { articleFrom, giftCard, type ShelfName } from '../catalogue.js';
import type { Market } from '../market.js';
import { type Line, residentialProxy } from '../networks.js';
import type { Piece } from '../order.js';
import { type Buyer, makeBuyer } from '../people.js';

/** Sells at once, for most of its price. */
const hot: readonly ShelfName[] = [
  'handbags',
  'watches',
  'sneakers',
  'perfume',
  'sunglasses',
  'jewellery',
  'kitchen',
  'coats',
];

/** Does not catch the eye of a reviewer. */
const modest: readonly ShelfName[] = [
  'wallets',
  'skincare',
  'perfume',
  'shoes',
  'bedding',
  'menswear',
  'luggage',
];

export type Taste = 'hot' | 'modest' | 'gift cards' | 'cheap';

/** A basket to the thief's taste. */
export const loot = (random: Random, taste: Taste): Piece[] => {
  if (taste === 'gift cards') return [[giftCard(random), random.pick([1, 1, 2, 3])]];
  if (taste === 'cheap') {
    return [[articleFrom(random, random.pick(['small', 'basics', 'lingerie'] as const)), 1]];
  }
  const shelves = taste === 'hot' ? hot : modest;
  return Array.from(
    { length: random.pick([1, 1, 2, 3]) },
    (): Piece => [articleFrom(random, random.pick(shelves)), random.pick([1, 1, 1, 2])],
  );
};

/** The card of somebody whom the thief pretends to be, with the person's record. */
export interface StolenCard {
  readonly card: PopulationCard;
  readonly holder: Buyer;
}

/** A guest in the name of a cardholder, from a mailbox of the thief's own. */
export const posing = (
  market: Market,
  random: Random,
  atMs: number,
  { banner, card }: { readonly banner: Banner; readonly card?: PopulationCard },
): StolenCard => {
  const type = random.chance(0.6) ? 'guest' : 'registered';
  const drawn = makeBuyer(market, random, { ...{ banner, type, sinceMs: atMs, cards: 1 } });
  const own = card ?? drawn.cards[0];
  if (own === undefined) throw new RangeError('a buyer has a card');
  return { card: own, holder: { ...drawn, cards: [own] } };
};

/** A way to hide: a connection, and a device for each use. */
export interface Cover {
  readonly line: Line;
  readonly device: () => string;
}

/** Careful thieves use a fresh home address and device each time, lazy ones the same ones. */
export const coverOf = (market: Market, random: Random, care: 'lazy' | 'careful'): Cover => {
  const own = makeUuid(random);
  const blocks = random.chance(0.1);
  const vpn = random.pick(market.vpns);
  return care === 'careful'
    ? { line: residentialProxy, device: () => (blocks ? '' : makeUuid(random)) }
    : { line: vpn, device: () => (random.chance(0.75) ? own : makeUuid(random)) };
};

/** The same address for somebody else. */
export const addressedTo = (address: Address, name: string): Address => ({ ...address, name });

/** Instants from a start on, each some time after the one before. */
export const paced = (
  random: Random,
  startMs: number,
  count: number,
  meanGapMs: number,
): number[] => {
  let atMs = startMs;
  return Array.from({ length: count }, () => {
    atMs = Math.floor(atMs + (0.3 + random.next() * 1.4) * meanGapMs);
    return atMs;
  });
};

/** Room for a campaign before the period's end. */
export const campaignDaysMax = 25 * dayMs;
