import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Random } from '../../../local/demo/random.js';
import { pickWeighted, type Weighted } from '../chance.js';
import type { Draft } from '../draft.js';
import { giftCards, pickArticles, precious } from '../goods.js';
import { homeCountry, makeAddress, makeName, type Shopper } from '../people.js';
import type { Story } from '../story.js';
import { abroad, streets } from '../words.js';
import { live } from './everyday.js';

const recipient = (random: Random, shopper: Shopper): Address => {
  const { firstName, lastName } = makeName(random);
  return makeAddress(random, `${firstName} ${lastName}`, homeCountry(shopper.banner));
};

const toAll = (order: Draft, shipTo: Address): Draft['lines'] =>
  order.lines.map((line) => ({ ...line, shipTo }));

/** Presents for others: each order goes elsewhere, some to two or three people at once. */
export const giftSender: Story = (world, random) =>
  live(world, random, {
    story: 'gift sender',
    orders: random.whole(2, 5),
    wish: { customerType: random.chance(0.3) ? 'guest' : 'registered' },
    change: (order, chance, shopper) => {
      if (chance.chance(0.75)) return { lines: toAll(order, recipient(chance, shopper)) };
      const articles = pickArticles(chance, shopper.banner, chance.whole(2, 3));
      return {
        lines: articles.map((article) => {
          return { article, quantity: 1, shipTo: recipient(chance, shopper) };
        }),
      };
    },
  });

/** AVS answers of foreign issuers. */
const foreignAvs: Weighted<string> = [
  ['R', 35],
  ['4', 15],
  ['N5', 20],
  ['N4', 10],
  ['JC', 10],
  ['JA', 10],
];

const makeForeignAddress = (random: Random, name: string): Address => {
  const [city, state, zip, country] = random.pick(abroad);
  const streetLineOne = `${random.whole(1, 180)} ${random.pick(streets)}`;
  return { name, streetLineOne, city, state, zip, country };
};

/** A visitor with a card from home who ships to a hotel or a friend. */
export const traveller: Story = (world, random) =>
  live(world, random, {
    story: 'foreign visitor',
    orders: random.whole(1, 2),
    wish: { customerType: random.chance(0.6) ? 'guest' : 'registered' },
    change: (order, chance, shopper) => ({
      billing: makeForeignAddress(chance, shopper.home.name),
      avs: pickWeighted(chance, foreignAvs),
      lines: toAll(order, { ...recipient(chance, shopper), name: shopper.home.name }),
    }),
  });

/** A customer abroad, or with a forwarder to abroad, with everything else in order. */
export const customerAbroad: Story = (world, random) =>
  live(world, random, {
    story: 'customer abroad',
    orders: random.whole(1, 3),
    wish: { customerType: 'registered' },
    change: (order, chance, shopper) => {
      const billing = makeForeignAddress(chance, shopper.home.name);
      const forwarder = {
        ...makeAddress(chance, shopper.home.name, 'US'),
        streetLineTwo: `MyUS Suite ${chance.whole(100, 999)}`,
      };
      return {
        ...{ billing, avs: pickWeighted(chance, foreignAvs) },
        lines: toAll(order, chance.chance(0.25) ? forwarder : billing),
      };
    },
  });

/** Furs and diamonds, honestly paid, often in a hurry. */
export const bigSpender: Story = (world, random) =>
  live(world, random, {
    story: 'high value',
    orders: random.whole(1, 4),
    wish: { customerType: random.chance(0.15) ? 'guest' : 'registered', banner: 's5a' },
    change: (order, chance) =>
      chance.chance(0.5)
        ? { lines: order.lines.map((line) => ({ ...line, article: chance.pick(precious) })) }
        : {},
  });

/** A company that gives its staff gift cards or twenty of one article. */
export const firm: Story = (world, random) =>
  live(world, random, {
    story: 'firm buying presents',
    orders: random.whole(1, 2),
    wish: { customerType: 'registered' },
    change: (order, chance, shopper) => {
      const [bought] = pickArticles(chance, shopper.banner, 1);
      const article = chance.chance(0.5) ? chance.pick(giftCards.slice(0, 4)) : bought;
      const shipTo = shopper.home;
      return article ? { lines: [{ article, quantity: chance.whole(5, 20), shipTo }] } : {};
    },
  });
