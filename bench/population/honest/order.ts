import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Random } from '../../../local/demo/random.js';
import { makeUuid, pickWeighted, type Weighted } from '../chance.js';
import type { Draft, DraftLine } from '../draft.js';
import { giftCards, pickArticles } from '../goods.js';
import { drawAvs, homeCountry, makeAddress, makeName, type Shopper } from '../people.js';
import { makeIp, type World } from '../world.js';

type Shipping = readonly [method: string, minor: number];

const shippingMethods: Weighted<Shipping> = [
  [['standard', 995], 66],
  [['standard', 0], 12],
  [['express', 1995], 9],
  [['two-day', 2495], 7],
  [['overnight', 2995], 3],
  [['pickup', 0], 3],
];

/** Public newsletter codes; the last is a clearance. */
const promotions: Weighted<NonNullable<Draft['promotion']> | undefined> = [
  [undefined, 72],
  [{ code: 'SEASON10', share: 0.1 }, 13],
  [{ code: 'TAKE20', share: 0.2 }, 10],
  [{ code: 'FRIENDS25', share: 0.25 }, 4],
  [{ code: 'FINAL50', share: 0.5 }, 1],
];

const cvvReplies: Weighted<string> = [
  ['M', 95.5],
  ['N', 0.8],
  ['P', 2],
  ['U', 1.2],
  ['S', 0.5],
];

/** Varies the spelling of an address, as people do. */
const respell = (random: Random, address: Address): Address => {
  const { streetLineOne: street, streetLineTwo: flat } = address;
  return random.pick([
    { ...address, streetLineOne: street.replace('Avenue', 'Ave').replace('Street', 'St.') },
    { ...address, streetLineOne: street.toUpperCase(), city: address.city.toUpperCase() },
    flat === undefined ? address : { ...address, streetLineTwo: flat.replace('Apt ', '#') },
  ]);
};

const shipToOf = (random: Random, { home, banner }: Shopper, isGift: boolean): Address => {
  if (isGift) {
    const { firstName, lastName } = makeName(random);
    return makeAddress(random, `${firstName} ${lastName}`, homeCountry(banner));
  }
  return random.chance(0.15) ? respell(random, home) : home;
};

export const makeLines = (random: Random, shopper: Shopper, shipTo: Address): DraftLine[] => {
  if (random.chance(0.025)) {
    const article = random.pick(giftCards.slice(0, 4));
    return [{ article, quantity: random.chance(0.2) ? 2 : 1, shipTo }];
  }
  const count = pickWeighted(random, [
    [1, 50],
    [2, 27],
    [3, 15],
    [5, 8],
  ]);
  return pickArticles(random, shopper.banner, count).map((article) => ({
    article,
    quantity: pickWeighted(random, [
      [1, 88],
      [2, 9],
      [4, 2.5],
      [8, 0.5],
    ]),
    shipTo,
  }));
};

/**
 * Mostly from home; else from a guest network, or from a phone whose carrier shares few addresses.
 */
const whereFrom = (world: World, random: Random, { ip }: Shopper): string =>
  pickWeighted(random, [
    [ip, 88],
    [makeIp(random), 8],
    [random.pick(world.sharedIps), 4],
  ]);

/**
 * An order of this customer with the noise of honest orders: presents, phones, new devices, odd
 * spellings, declined cards.
 */
export const honestOrder = (
  world: World,
  random: Random,
  { shopper, atMs, story }: { shopper: Shopper; atMs: number; story: string },
): Draft => {
  const shipTo = shipToOf(random, shopper, random.chance(0.12));
  const [shippingMethod, shippingMinor] = pickWeighted(random, shippingMethods);
  const promotion = pickWeighted(random, promotions);
  const [first] = shopper.cards;
  return {
    ...{ atMs, truth: 'honest', story, orderId: world.nextOrderId(), groupId: '1' },
    ...{ banner: shopper.banner, source: 'web', storeNumber: 689, customer: shopper.customer },
    card: shopper.cards.length === 1 && first ? first : random.pick(shopper.cards),
    ...{ nameOnCard: shopper.nameOnCard, billing: shopper.home },
    avs: random.chance(0.1) ? drawAvs(random) : shopper.avs,
    responseCode: random.chance(0.005) ? 530 : 100,
    ...(shopper.banner === 'o5a' && { cvv: pickWeighted(random, cvvReplies) }),
    lines: makeLines(random, shopper, shipTo),
    ...{ shippingMethod, shippingMinor },
    ...(promotion && { promotion }),
    authorised: random.chance(0.003) ? 0.6 : 1,
    ip: whereFrom(world, random, shopper),
    // Some browsers block the script that identifies the device.
    ...(random.chance(0.94) && {
      device: random.chance(0.08) ? makeUuid(random) : shopper.device,
    }),
  };
};

/** Repeats some orders as a second shipment group, or by an accidental second click. */
export const withRepeats = (world: World, random: Random, orders: readonly Draft[]): Draft[] =>
  orders.flatMap((order) => {
    const roll = random.next();
    if (roll < 0.02) return [order, { ...order, groupId: '2', atMs: order.atMs + 200 }];
    if (roll < 0.024) {
      const atMs = order.atMs + random.whole(20, 400) * 1000;
      return [order, { ...order, orderId: world.nextOrderId(), atMs }];
    }
    return [order];
  });
