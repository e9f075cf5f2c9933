import type { Random } from '../../../local/demo/random.js';
import { period, shoppingInstant } from '../calendar.js';
import { exponential } from '../chance.js';
import type { Draft } from '../draft.js';
import { makeAddress, makeShopper, type Shopper, type ShopperWish } from '../people.js';
import type { Story } from '../story.js';
import { makeIp, type World } from '../world.js';
import { honestOrder, withRepeats } from './order.js';

/** The instants of a customer's orders, in their order. */
export const instantsOf = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => shoppingInstant(random, period.fromMs, period.toMs)).toSorted(
    (one, other) => one - other,
  );

export interface Life {
  readonly story: string;
  readonly orders: number;
  readonly wish: Omit<ShopperWish, 'firstMs'>;
  /** What distinguishes these customers' orders. */
  readonly change?: (order: Draft, random: Random, shopper: Shopper) => Partial<Draft>;
}

/** A customer's orders over the period. */
export const live = (world: World, random: Random, { story, orders, wish, change }: Life) => {
  const instants = instantsOf(random, orders);
  const shopper = makeShopper(world, random, { ...wish, firstMs: instants[0] ?? period.fromMs });
  const made = instants.map((atMs): Draft => {
    const order = honestOrder(world, random, { shopper, atMs, story });
    return { ...order, ...change?.(order, random, shopper) };
  });
  return withRepeats(world, random, made);
};

const registered = { customerType: 'registered' } as const;
const guest = { customerType: 'guest' } as const;

export const regular: Story = (world, random) =>
  live(world, random, {
    story: 'regular customer',
    orders: Math.min(14, 2 + Math.floor(exponential(random, 3))),
    wish: registered,
  });

export const occasional: Story = (world, random) =>
  live(world, random, {
    story: 'occasional customer',
    orders: random.chance(0.75) ? 1 : 2,
    wish: registered,
  });

export const guestShopper: Story = (world, random) =>
  live(world, random, { story: 'guest', orders: random.chance(0.85) ? 1 : 2, wish: guest });

export const severalCards: Story = (world, random) =>
  live(world, random, {
    story: 'several cards',
    orders: random.whole(4, 10),
    wish: { ...registered, cards: random.whole(3, 5) },
  });

/** Two to four people at one address behind one router, sometimes with the same card. */
export const household: Story = (world, random) => {
  const home = makeAddress(random, '', 'US');
  const ip = makeIp(random);
  const members = Array.from({ length: random.whole(2, 4) }, () =>
    live(world, random, {
      story: 'household',
      orders: random.whole(1, 4),
      wish: { ...registered, banner: random.pick(['lat', 's5a', 'o5a'] as const), home, ip },
    }),
  );
  const familyCard = members[0]?.[0]?.card;
  return members.flatMap((orders) =>
    familyCard && random.chance(0.3) ? orders.map((o) => ({ ...o, card: familyCard })) : orders,
  );
};
