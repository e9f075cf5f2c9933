import type { Random } from '../../../local/demo/random.js';
import { dayMs } from '../../population/calendar.js';
import { exponential } from '../../population/chance.js';
import { homeCountry } from '../../population/people.js';
import { articleFrom, giftCard } from '../catalogue.js';
import type { Story } from '../market.js';
import { everydayPieces, order, type Piece } from '../order.js';
import { type Buyer, makeBuyer, makeNames } from '../people.js';
import { houseIn, pickMetro } from '../places.js';
import { beforeGiftDay, type Shopping, shoppingTime } from '../season.js';

/** Instants of a customer's orders over the period; `mean` of them, at least one. */
export const shoppingTimes = (random: Random, mean: number, shopping: Shopping = {}): number[] =>
  Array.from({ length: 1 + Math.min(Math.floor(exponential(random, mean - 0.5)), 30) }, () =>
    shoppingTime(random, shopping),
  );

export const zoneOf = (buyer: Buyer): { zone: number } => ({ zone: buyer.metro.zone });

/** Known for years, from home and from the phone, to their own door. */
export const regular: Story = (market, random) => {
  const buyer = makeBuyer(market, random);
  return shoppingTimes(random, 4, zoneOf(buyer)).map((atMs) =>
    order(market, random, buyer, { atMs, story: 'regular' }),
  );
};

/** Shops in the app on the way: each order comes from another shared address of the carrier. */
export const appShopper: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { devices: 1, mobileShare: 0.9 });
  return shoppingTimes(random, 4, zoneOf(buyer)).map((atMs) =>
    order(market, random, buyer, { atMs, story: 'app_shopper' }),
  );
};

/** A guest who wants one thing. */
export const passingGuest: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { type: 'guest', cards: 1 });
  const atMs = shoppingTime(random, zoneOf(buyer));
  return [order(market, random, buyer, { atMs, story: 'passing_guest' })];
};

/** Opens an account to use the welcome offer. One in three comes back. */
export const newcomer: Story = (market, random) => {
  const metro = pickMetro(random, 'US');
  const atMs = shoppingTime(random, { zone: metro.zone });
  const buyer = makeBuyer(market, random, { sinceMs: atMs, cards: 1 });
  const promotion = { code: 'WELCOME15', share: 0.15 };
  const first = order(market, random, buyer, {
    ...{ atMs, story: 'newcomer' },
    ...(random.chance(0.6) && { promotion }),
  });
  const laterMs = atMs + Math.ceil(exponential(random, 20)) * dayMs;
  return random.chance(0.33)
    ? [first, order(market, random, buyer, { atMs: laterMs, story: 'newcomer' })]
    : [first];
};

const gift = (random: Random): Piece[] =>
  random.chance(0.12)
    ? [[giftCard(random, 20_000), random.pick([1, 1, 1, 2, 3])]]
    : [
        [
          articleFrom(
            random,
            random.pick(['jewellery', 'perfume', 'wallets', 'toys', 'kitchen', 'watches'] as const),
          ),
          1,
        ],
        ...(random.chance(0.3) ? ([[articleFrom(random, 'small'), 1]] as const) : []),
      ];

/** Before days of gifts, to relatives and friends in other states, sometimes in great haste. */
export const giftSender: Story = (market, random) => {
  const buyer = makeBuyer(market, random, random.chance(0.4) ? { type: 'guest' } : {});
  return Array.from({ length: random.pick([1, 1, 2, 2, 3, 5]) }, () => {
    const { firstName, lastName } = makeNames(random);
    const surname = random.chance(0.5) ? buyer.customer.lastName : lastName;
    const recipient = `${firstName} ${surname}`;
    return order(market, random, buyer, {
      ...{ atMs: beforeGiftDay(random, buyer.metro.zone), story: 'gift_sender' },
      ...{
        pieces: gift(random),
        shipTo: houseIn(random, pickMetro(random, homeCountry(buyer.banner)), recipient),
      },
      ...(random.chance(0.3) && { speed: random.pick(['express', 'overnight'] as const) }),
    });
  });
};

/** Has parcels held at a shop near home or near work. */
export const shipToStore: Story = (market, random) => {
  const buyer = makeBuyer(market, random);
  const { number } = random.pick(market.numbers.stores);
  const name = `${buyer.customer.firstName} ${buyer.customer.lastName}`;
  const shop = {
    ...{ name, streetLineOne: `${number} Galleria Parkway`, ...random.pick(buyer.metro.towns) },
  };
  return shoppingTimes(random, 3, { ...zoneOf(buyer), habit: 'office' }).map((atMs) =>
    order(market, random, buyer, {
      ...{ atMs, story: 'ship_to_store', speed: 'pickup', shipTo: shop, storeNumber: number },
    }),
  );
};

/** In a shop, where a sales person orders the missing size to the customer's home. */
export const inStore: Story = (market, random) => {
  const buyer = makeBuyer(market, random, random.chance(0.5) ? { type: 'guest' } : {});
  const { number, salesReps } = random.pick(market.numbers.stores);
  return shoppingTimes(random, 1.6, { ...zoneOf(buyer), habit: 'shop' }).map((atMs) =>
    order(market, random, buyer, {
      ...{ atMs, story: 'in_store', source: 'store', storeNumber: number },
      ...{ salesRep: random.pick(salesReps), registerNumber: String(random.whole(11, 48)) },
    }),
  );
};

/** Calls; an agent types what they hear, from the call centre's own network. */
export const caller: Story = (market, random) => {
  const known = makeBuyer(market, random, random.chance(0.4) ? { type: 'guest' } : {});
  const hasMail = random.chance(0.7);
  const customer = { ...known.customer, ...(!hasMail && { emailAddress: '' }) };
  return shoppingTimes(random, 2, { ...zoneOf(known), habit: 'office' }).map((atMs) =>
    order(market, random, known, {
      ...{ atMs, story: 'caller', source: 'phone', customer },
      ...{ ip: random.chance(0.6) ? market.callCentre(random, atMs) : '' },
      ...{ salesRep: `Agent ${random.whole(1, 60)}` },
      ...(random.chance(0.1) && { match: 'zip' as const }),
    }),
  );
};

/** Three or four orders within the hour of a sale, the second because something was forgotten. */
export const saleRusher: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { cards: 2 });
  const eventDay = random.pick(['2025-02-15', '2025-04-24', '2025-05-22', '2025-05-23']);
  const fromMs = Date.parse(`${eventDay}T04:00:00Z`);
  const firstMs = shoppingTime(random, { fromMs, toMs: fromMs + dayMs, ...zoneOf(buyer) });
  return Array.from({ length: random.whole(2, 4) }, (_, index) =>
    order(market, random, buyer, {
      ...{ atMs: firstMs + index * random.whole(2, 18) * 60_000, story: 'sale_rusher' },
      pieces: everydayPieces(random, buyer.banner),
    }),
  );
};

/** Staff, with their discount, often from the shop's own network. */
export const employee: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { type: 'employee' });
  return shoppingTimes(random, 5, { ...zoneOf(buyer), habit: 'office' }).map((atMs) =>
    order(market, random, buyer, {
      ...{ atMs, story: 'employee', promotion: { code: 'TEAM30', share: 0.3 } },
      ...(random.chance(0.4) && { ip: market.callCentre(random, atMs) }),
    }),
  );
};
