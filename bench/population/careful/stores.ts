import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Random } from '../../../local/demo/random.js';
import { anyInstant, hourMs, period } from '../calendar.js';
import { pickWeighted, type Weighted } from '../chance.js';
import type { Draft } from '../draft.js';
import { chargeback, makeHouse, steal } from '../fraud/thief.js';
import { type Article, fenced, pickArticles } from '../goods.js';
import { live } from '../honest/everyday.js';
import { honestOrder } from '../honest/order.js';
import { honestMail, makeName, makeShopper } from '../people.js';
import type { Story } from '../story.js';
import { makeIp, type World } from '../world.js';

/** A store where what was ordered on the web is collected. */
interface Counter {
  readonly number: number;
  readonly banner: 'lat' | 's5a' | 'o5a' | 'bay';
  readonly address: Address;
}

const makeCounter = (random: Random): Counter => {
  const banner = random.pick(['lat', 's5a', 'o5a', 'bay'] as const);
  return { number: random.whole(1000, 99_999), banner, address: makeHouse(random, '', banner) };
};

/** The order as it is collected, under the payer's name. */
const collected = (order: Draft, { number, address }: Counter): Draft => {
  const { firstName, lastName } = order.customer;
  const shipTo = { ...address, name: `${firstName} ${lastName}` };
  return {
    ...{ ...order, storeNumber: number, shippingMethod: 'pickup', shippingMinor: 0 },
    // A gift card goes by e-mail all the same.
    lines: order.lines.map((line) =>
      line.article.isElectronic === true ? line : { ...line, shipTo },
    ),
  };
};

/** Those who collect at a counter all year; more than half of them have an account. */
const custom = (world: World, random: Random, counter: Counter): Draft[] =>
  Array.from({ length: random.whole(70, 110) }, () =>
    live(world, random, {
      ...{ story: 'collected order', orders: random.whole(1, 3) },
      wish: {
        customerType: random.chance(0.6) ? 'registered' : 'guest',
        banner: counter.banner,
      },
    }).map((order) => collected(order, counter)),
  ).flat();

/** Numbers bought with the holder's record; half of the records are old or wrong in part. */
const avsReplies: Weighted<string> = [
  ['H', 56],
  ['Z', 12],
  ['D', 6],
  ['G', 12],
  ['R', 14],
];

/** What sells on the street: half of it is on nobody's list of goods that resell. */
const lootOf = (random: Random, { banner }: Counter): Article =>
  (random.chance(0.5) ? undefined : pickArticles(random, banner, 1)[0]) ?? random.pick(fenced);

/**
 * A crew orders on the web with stolen cards, each from a new mailbox and machine, and collects all
 * of it on one evening at one counter.
 */
export const pickUpCrew: Story = (world, random) => {
  const counter = makeCounter(random);
  let atMs = anyInstant(random);
  const stolen = Array.from({ length: random.whole(8, 18) }, (): Draft => {
    atMs += random.whole(2, 10) * (hourMs / 60);
    const { firstName, lastName } = makeName(random);
    const order = steal(world, random, {
      ...{ pattern: 'reshipper', atMs, banner: counter.banner },
      ...{ card: world.press.any(random, atMs), avs: pickWeighted(random, avsReplies) },
      email: honestMail(world, random, firstName, lastName),
      lines: (shipTo) => [{ article: lootOf(random, counter), quantity: 1, shipTo }],
      label: chargeback(random, atMs, 0.85),
      ip: random.chance(0.3) ? random.pick(world.sharedIps) : makeIp(random),
    });
    const responseCode = random.chance(0.08) ? 530 : 100;
    return { ...collected(order, counter), story: 'pick-up crew', responseCode };
  });
  return [...custom(world, random, counter), ...stolen];
};

/** Customers who order for one counter within some hours, half of them guests. */
const crowdAt = (world: World, random: Random, counter: Counter): Draft[] => {
  const fromMs = period.fromMs + random.next() * (period.toMs - period.fromMs - 10 * hourMs);
  const hours = random.whole(2, 9);
  // Now and then all come for one thing, such as a new watch.
  const launched = random.chance(0.3) ? random.pick(fenced) : undefined;
  return Array.from({ length: random.whole(20, 90) }, (): Draft => {
    const atMs = Math.floor(fromMs + random.next() * hours * hourMs);
    const customerType = random.chance(0.5) ? 'guest' : 'registered';
    const wish = { customerType, firstMs: atMs, banner: counter.banner } as const;
    const shopper = makeShopper(world, random, wish);
    const order = honestOrder(world, random, { shopper, atMs, story: 'sale day' });
    const bought = launched && [{ article: launched, quantity: 1, shipTo: shopper.home }];
    return collected({ ...order, ...(bought && { lines: bought }) }, counter);
  });
};

/** A sale at a store with its custom: what tells a crew must not tell the crowd. */
export const saleDay: Story = (world, random) => {
  const counter = makeCounter(random);
  return [...custom(world, random, counter), ...crowdAt(world, random, counter)];
};

/** The first day of a store, of which nothing is usual yet. */
export const openingDay: Story = (world, random) =>
  crowdAt(world, random, makeCounter(random)).map((order) => ({ ...order, story: 'opening day' }));
