import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Random } from '../../../local/demo/random.js';
import { anyInstant, dayMs, hourMs } from '../calendar.js';
import { pickWeighted, type Weighted } from '../chance.js';
import type { Draft } from '../draft.js';
import { chargeback, makeHouse, steal } from '../fraud/thief.js';
import { fenced, pickArticles } from '../goods.js';
import { honestMail, makeName, makeShopper } from '../people.js';
import type { Story } from '../story.js';
import type { World } from '../world.js';

const avsReplies: Weighted<string> = [
  ['H', 76],
  ['Z', 10],
  ['D', 6],
  ['R', 8],
];

/** A letter left out, doubled or swapped behind the first two, as a hurried hand types. */
const mistype = (random: Random, street: string): string => {
  const at = random.whole(6, Math.max(6, street.length - 4));
  const [before, letter, after] = [street.slice(0, at), street[at] ?? '', street.slice(at + 1)];
  return random.pick([`${before}${after}`, `${before}${letter}${letter}${after}`]);
};

/** The same house as other words: invented flats, floors, wrong letters, the number next door. */
export const retype = (random: Random, house: Address): Address => {
  const { streetLineOne: street } = house;
  const number = Number(/^\d+/.exec(street)?.[0] ?? 1);
  const flat = `${random.whole(1, 9)}${random.pick(['', '', 'A', 'B', 'C'])}`;
  return pickWeighted<Address>(random, [
    [house, 15],
    [{ ...house, streetLineTwo: `Apt ${flat}` }, 25],
    [{ ...house, streetLineTwo: `${random.whole(1, 4)} floor, door ${flat}` }, 15],
    [{ ...house, streetLineOne: mistype(random, street) }, 20],
    [{ ...house, streetLineOne: `${street} Unit ${flat}` }, 15],
    [{ ...house, streetLineOne: street.replace(/^\d+/, String(number + random.pick([1, 2]))) }, 10],
  ]);
};

interface Parcel {
  readonly atMs: number;
  readonly story: string;
  readonly shipTo: Address;
}

/** Goods that resell, paid with a stolen card whose address matches, from a new machine. */
const parcelOf = (world: World, random: Random, { atMs, story, shipTo }: Parcel): Draft => {
  const { firstName, lastName } = makeName(random);
  const article = random.pick(fenced);
  const order = steal(world, random, {
    ...{ pattern: 'reshipper', atMs, banner: random.pick(['lat', 's5a', 's5a', 'o5a'] as const) },
    ...{ card: world.press.any(random, atMs), avs: pickWeighted(random, avsReplies) },
    email: honestMail(world, random, firstName, lastName),
    lines: () => [],
    label: chargeback(random, atMs, 0.85),
  });
  return {
    ...order,
    story,
    lines: [{ article, quantity: 1, shipTo: { ...shipTo, name: order.nameOnCard } }],
  };
};

const withAccount = (world: World, random: Random, order: Draft): Draft => ({
  ...order,
  customer: {
    ...{ ...order.customer, customerType: 'registered', accountId: world.nextAccountId() },
    accountSinceMs: order.atMs - random.whole(20, 300) * dayMs,
  },
});

/** One house, typed in another way each time; a parcel every few days. */
export const variedDrop: Story = (world, random) => {
  const house = makeHouse(random, '', 's5a');
  const usesAccounts = random.chance(0.5);
  let atMs = anyInstant(random);
  return Array.from({ length: random.whole(5, 12) }, () => {
    atMs += random.whole(24, 150) * hourMs;
    const shipTo = retype(random, house);
    const order = parcelOf(world, random, { atMs, story: 'varied drop', shipTo });
    return usesAccounts ? withAccount(world, random, order) : order;
  });
};

/** An account that bought cheap things for its own address for months, and then turns. */
export const sleeper: Story = (world, random) => {
  const house = makeHouse(random, '', 's5a');
  const firstMs = anyInstant(random);
  const shopper = makeShopper(world, random, {
    ...{ customerType: 'registered', firstMs, banner: 's5a', home: house },
  });
  let atMs = firstMs;
  const { customer, device, ip } = shopper;
  const quiet = Array.from({ length: 2 }, (): Draft => {
    atMs += random.whole(10, 40) * dayMs;
    const order = parcelOf(world, random, { atMs, story: 'sleeper', shipTo: shopper.home });
    const lines = pickArticles(random, 's5a', 1).map((article) => {
      return { article, quantity: 1, shipTo: shopper.home };
    });
    const { label: _label, ...mine } = order;
    return {
      ...{ ...mine, truth: 'honest', banner: 's5a', customer, device, ip, avs: 'H', lines },
      ...{ card: shopper.cards[0] ?? order.card, billing: shopper.home },
    };
  });
  const turned = Array.from({ length: random.whole(2, 5) }, (): Draft => {
    atMs += random.whole(20, 140) * hourMs;
    const order = parcelOf(world, random, { atMs, story: 'sleeper', shipTo: shopper.home });
    return { ...order, banner: 's5a', customer, device, ip };
  });
  return [...quiet, ...turned];
};
